"""Handing out and erasing at the desk: what goes, what comes, and what it takes to ask for it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from omni_identity.model.home import Home
from omni_identity.stewardship.access_log import read_accesses
from tests.desk.visitors import sign_in, staffed_desk
from tests.worlds import World


def test_a_person_is_handed_out_and_then_erased(world: World) -> None:
    desk = staffed_desk(world.home)
    petra = sign_in(desk, "Petra")
    with desk.reader.read(is_masked=False) as reading:
        golden_id, email = reading.connection.execute(
            "select golden_id, email[1] from unified_profiles where len(email) > 0 order by 1 limit 1"
        ).fetchall()[0]
    path = f"/customers/{golden_id}"

    given = petra.send(f"{path}/export", reason="request 7")
    assert given.headers["content-disposition"] == f'attachment; filename="{golden_id}.zip"'
    with zipfile.ZipFile(io.BytesIO(given.body)) as archive:
        person = json.loads(archive.read("person.json"))
        assert email in json.dumps(person)
        assert b"<html" in archive.read("person.html")
    last = list(read_accesses(world.home))[-1]
    assert (last["by"], last["command"], last["reason"]) == ("Petra", "desk export", "request 7")

    asked = petra.get(f"{path}/erase")
    assert "It cannot be undone" in asked.words
    refused = petra.send(f"{path}/erase", reason="request 8", again="G1")
    assert refused.status == 400
    assert petra.get(path).status == 200
    done = petra.send(f"{path}/erase", reason=f"{email} asked for it", again=golden_id)
    assert "Erased" in done.words
    assert petra.get(path).status == 404
    assert email not in done.page
    assert _mentions(world.home, email) == []


def _mentions(home: Home, text: str) -> list[Path]:
    """Files of the home that hold a text."""
    files = (path for path in home.root.rglob("*") if path.is_file())
    return [path for path in files if text.encode() in path.read_bytes()]
