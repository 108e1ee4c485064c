"""A PostgreSQL cluster of one's own in a new folder, reached by a socket there and by nobody else."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")

NEW_CLUSTER = ("-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")


def find_binaries() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``, of the newest version; None where there is none."""
    found = [path.parent for place in PLACES for path in Path("/").glob(f"{place[1:]}/initdb")]
    known = shutil.which("initdb")
    if known is not None:
        found.append(Path(known).resolve().parent)
    whole = [folder for folder in found if (folder / "pg_ctl").exists()]
    return max(whole, key=lambda folder: (len(str(folder)), str(folder)), default=None)


@contextmanager
def postgres_server(binaries: Path) -> Iterator[str]:
    """Run a cluster; its address as PostgreSQL's libraries write it, with the superuser ``tester``."""
    # PostgreSQL refuses to be run by root, and the temporary folder may be the runner's alone
    folder = Path(tempfile.mkdtemp(prefix="omni-pg-", dir="/tmp"))
    other = "nobody" if os.getuid() == 0 else None
    if other is not None:
        account = pwd.getpwnam(other)
        os.chown(folder, account.pw_uid, account.pw_gid)

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), *arguments]
        subprocess.run(
            command, user=other, cwd=folder, check=True, timeout=120, stdout=subprocess.DEVNULL
        )

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, *NEW_CLUSTER)
        options = f"-c listen_addresses='' -k {folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://tester:open-sesame@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
