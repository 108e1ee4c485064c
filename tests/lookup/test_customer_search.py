"""A search term is read as any other identifier, however it is spelt."""

from __future__ import annotations

import pytest

from omni_identity.lookup.customer_search import readings
from tests.channels.conftest import configure
from tests.standardise.test_cells import ANNA, NUMBER


@pytest.mark.parametrize("term", ANNA)
def test_an_address_is_found_however_it_is_typed(term: str) -> None:
    assert readings(configure({}, country="US"), term)["email"] == ["anna@mail.org"]


@pytest.mark.parametrize("term", NUMBER)
def test_a_number_is_found_however_it_is_typed(term: str) -> None:
    assert "+14155552671" in readings(configure({}, country="US"), term)["phone"]
