"""Runs: what each did beside what is published, what was held back and how to mend it, and one accepted."""

from __future__ import annotations

import pytest

from omni_identity.channels.reason_codes import reason_for
from omni_identity.desk import started_run
from omni_identity.desk.application import Desk
from omni_identity.desk.pages import runs
from omni_identity.model.home import Home
from omni_identity.publish.publication import published_run
from omni_identity.report.run_record import FailedCheck
from omni_identity.stewardship.access_log import read_accesses
from tests.desk.visitors import STAFF, Visitor, sign_in, staffed_desk
from tests.worlds import World, receipt


def test_the_last_night_of_the_demo_is_told(demo_desk: Desk) -> None:
    otto = sign_in(demo_desk, "Otto")
    page = otto.get("/runs")
    assert "published" in page.words
    with demo_desk.reader.read(is_masked=False) as reading:
        held = reading.connection.execute(
            "select distinct reason_code from quarantined_records where row_number is not null"
        ).fetchall()
    assert held
    for (code,) in held:
        assert reason_for(code).mend.partition("`")[0].strip() in page.words
    run_id = published_run(demo_desk.home)
    assert f"/runs/{run_id}" in page.links
    one = otto.get(f"/runs/{run_id}")
    assert "What becomes of the customers" in one.words
    assert "Accept and publish" not in one.words
    report = otto.get(f"/runs/{run_id}/report")
    assert report.status == 200
    assert "sandbox" in report.headers["content-security-policy"]
    assert "script-src" not in report.headers["content-security-policy"]
    assert list(read_accesses(demo_desk.home))[-1]["command"] == "desk runs"


@pytest.mark.parametrize("run_id", ["nothing", "..%2Fomni", "a b"])
def test_a_run_that_is_not_there_is_not_there(demo_desk: Desk, run_id: str) -> None:
    otto = sign_in(demo_desk, "Otto")
    assert otto.get(f"/runs/{run_id}").status == 404
    assert otto.get(f"/runs/{run_id}/report").status == 404


@pytest.fixture
def withheld(world: World) -> World:
    """A town whose till has delivered five of thirty receipts: too many are gone, unless somebody accepts it."""
    text = world.home.configuration.read_text(encoding="utf-8")
    world.home.configuration.write_text(text.replace("max_age_days: 30", "max_age_days: 30000"))
    world.deliver("till", "2026-03-02", [receipt(n) for n in range(5)])
    assert [r.name for r in world.run() if not r.passed and r.severity == "withhold"]
    return world


def last_run(home: Home, desk: Desk) -> tuple[str, Visitor]:
    otto = sign_in(desk, "Otto")
    link = next(link for link in otto.get("/runs").links if link.startswith("/runs/"))
    return link, otto


def test_an_operator_accepts_what_bounds_alone_have_withheld(
    withheld: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published_run(withheld.home)
    desk = staffed_desk(withheld.home)
    path, otto = last_run(withheld.home, desk)
    page = otto.get(path)
    for words in ("channels keep their records", "Accept or hold", "This run", "70"):
        assert words in page.words
    for name in STAFF:
        who = sign_in(desk, name)
        assert ("Accept and publish" in who.get(path).words) == (name == "Otto")
        if name != "Otto":
            assert who.send(f"{path}/accept", reason="it is right").status == 403
    started: list[Home] = []
    monkeypatch.setattr(runs, "start_accepting_run", started.append)
    assert otto.send(f"{path}/accept", reason="").status == 400
    assert started == []
    assert otto.send(f"{path}/accept", reason="the shop has closed").status == 303
    assert started == [withheld.home]
    last = list(read_accesses(withheld.home))
    assert any("the shop has closed" in one["reason"] for one in last)
    started_run.main(str(withheld.root))  # what the started process does
    assert published_run(withheld.home) not in (before, path.removeprefix("/runs/"))
    assert otto.send(f"{path}/accept", reason="again").status == 409


def test_what_no_opinion_settles_cannot_be_accepted() -> None:
    opinion = FailedCheck("channels_keep_their_records", "withhold", "")
    fact = FailedCheck("largest_customer_is_within_bounds", "withhold", "")
    warning = FailedCheck("largest_customer_is_within_bounds", "warn", "")
    assert runs._can_be_accepted([opinion, warning])
    assert not runs._can_be_accepted([opinion, fact])
    assert not runs._can_be_accepted([warning])
