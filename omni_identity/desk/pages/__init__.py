"""The pages of the desk, a module each; every module here is one.

To add a page, say of stores:

- ``desk/pages/stores.py`` with ``PAGE = Page("Stores", ways=(Way("/stores", show_stores, "desk stores", ROLES),),
  link="/stores", place=60)``, and ``show_stores(visit: Visit) -> Answer``. ``"desk stores"`` is a new word of
  ``Looking`` in ``stewardship/access_log.py``, and of the table in docs/privacy.md.
- It reads ``with visit.published() as published:`` (masked for viewers by itself), writes down whom it shows by
  ``visit.log(golden_ids)`` before it returns, and returns ``View("stores.html", {...})``. What changes something is a
  ``Way(..., method="POST")``, which calls ``visit.log`` first and ends in ``Goto("/stores")``.
- ``desk/templates/stores.html`` extends ``base.html`` and fills the blocks ``title`` and ``main``. Every form has
  ``{{ form_token() }}`` in it. Values are escaped by themselves; ``None`` is shown as nothing, times and lists as they
  are read. Links to customers are ``{{ customer_url(golden_id) }}``. Neither ``style=`` nor inline script runs.
- What takes two persons where omni.yaml asks for it is a ``Wish``, given to ``visit.decide``.
- ``data-key="s"`` on a button or link makes a key of it.
- ``tests/desk/pages/test_stores.py``, with the fixtures of ``tests/desk/conftest.py``.

Errors for the user are ``OmniError``s: ``NotThere`` is 404, ``TakenMeanwhile`` 409, ``HomeIsBusy`` 503, others 400.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from omni_identity.desk.page import Page


def all_pages() -> tuple[Page, ...]:
    """Every page, in the order of the navigation."""
    names = sorted(module.name for module in iter_modules(__path__))
    pages: list[Page] = [import_module(f"{__name__}.{name}").PAGE for name in names]
    return tuple(sorted(pages, key=lambda page: (page.place, page.title)))
