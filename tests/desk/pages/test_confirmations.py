"""Two persons: a verdict and an erasure hold once somebody else has confirmed them, and not before."""

from __future__ import annotations

from omni_identity.desk.application import Desk
from omni_identity.desk.guests import Place
from omni_identity.desk.people import KnownPerson, People, Role, token_hash
from omni_identity.stewardship.access_log import read_accesses
from tests.desk.visitors import Visitor, sign_in, staffed_desk
from tests.worlds import World

STAFF: dict[str, Role] = {
    "Stella": "steward",
    "Stefan": "steward",
    "Petra": "privacy_officer",
    "Paul": "privacy_officer",
}


def wish_of(visitor: Visitor) -> str:
    """Where the one wish that waits is confirmed or declined."""
    links = [link for link in visitor.get("/confirmations").links if link.endswith("/decline")]
    assert len(links) == 1
    return links[0].removesuffix("/decline")


def test_a_verdict_and_an_erasure_wait_for_another(world: World) -> None:
    text = world.home.configuration.read_text(encoding="utf-8")
    plain = sign_in(staffed_desk(world.home), "Stella")
    assert "/confirmations" not in plain.get("/search").links, "nobody needs it"
    world.home.configuration.write_text(
        text + "stewardship: {two_persons: true}\n", encoding="utf-8"
    )
    known = (
        KnownPerson(name=name, roles=frozenset((role,)), token_sha256=token_hash(name))
        for name, role in STAFF.items()
    )
    people = People(people=tuple(known))
    desk = Desk(world.home, Place(lambda: people))
    stella, stefan, petra, paul = (sign_in(desk, name) for name in STAFF)
    golden_id, first, second = world.read(
        "select golden_id, min(channel || ':' || source_record_id), max(channel || ':' || source_record_id)"
        " from crosswalk group by 1 having count(*) = 2 order by 1 limit 1"
    ).row(0)
    verdicts = world.home.judgements / "verdicts.csv"

    assert "/confirmations" in stella.get("/search").links
    asked = stella.send(f"/customers/{golden_id}/part", a=first, b=second, seen="", reason="father")
    assert asked.headers["location"] == "/confirmations?asked=1"
    assert not verdicts.exists()
    assert "father" in stefan.get("/confirmations").words
    wish = wish_of(stella)
    assert stella.send(f"{wish}/confirm").status == 403
    assert petra.send(f"{wish}/confirm").status == 409
    assert not verdicts.exists()
    assert stefan.send(f"{wish}/confirm").status == 303
    assert "Stella, confirmed by Stefan" in verdicts.read_text()
    assert stefan.send(f"{wish}/confirm").status == 409
    accesses = list(read_accesses(world.home))
    assert ("Stefan", "confirmed for Stella") in [(one["by"], one["reason"]) for one in accesses]
    assert not any(first in one["reason"] for one in accesses), "no record is named there"

    path = f"/customers/{golden_id}"
    petra.send(f"{path}/erase", reason="request 8", again=golden_id)
    declined = wish_of(paul)
    assert paul.send(f"{declined}/decline").status == 303
    petra.send(f"{path}/erase", reason="request 8", again=golden_id)
    assert petra.get(path).status == 200
    assert paul.send(f"{wish_of(paul)}/confirm").status == 303
    assert petra.get(path).status == 404
    assert "Petra, confirmed by Paul" in (world.home.judgements / "erasures.csv").read_text()
