"""``omni.yaml`` for many short visits: read again only when it has changed."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration, load_configuration
from omni_identity.model.home import Home


class ConfigurationFile:
    """A home's configuration, as it is now; to read and check it takes as long as a page."""

    def __init__(self, home: Home) -> None:
        self._path = home.configuration
        self._known: tuple[tuple[int, int, int], Configuration] | None = None

    def __call__(self) -> Configuration:
        """Return it; raises ``ConfigurationError`` for mistakes."""
        state = None
        if self._path.exists():
            found = self._path.stat()
            state = (found.st_mtime_ns, found.st_ino, found.st_size)
            if self._known is not None and self._known[0] == state:
                return self._known[1]
        configuration = load_configuration(self._path)
        if state is not None:
            self._known = (state, configuration)
        return configuration
