"""``files``: an audience a file, and a webhook that can trust what it is told, and tell what it was told before."""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError

from omni_identity.destinations import DeliveryFailed, Publication, signed_webhook
from omni_identity.destinations.files import Files
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.modes import private_files
from omni_identity.model.tables import published_tables
from omni_identity.publish.spreadsheet_cells import as_cells
from tests.destinations.publications import write_publication

SECRET = "a long enough secret"


def publication(home: Path, run_id: str = "run-001", members: str = "") -> Publication:
    rows = members or (
        "values ('win_back', 'G2', 'email', 'ben@mail.org', 'Say \"hello\", Ben'),"
        " ('win_back', 'G1', 'telegram', '=anna()', null), ('welcome', 'G3', 'sms', '+4915112345678', '')"
    )
    columns = "audience, golden_id, address_kind, address, reason"
    when = "timestamp '2026-03-01 04:00:00.5' as since, null::timestamp as consented_at, null::varchar as consent"
    names = ", ".join(c.name for c in published_tables(Vocabulary())["audience_members"].columns)
    query = f"select {names} from (select *, {when} from ({rows}) as m ({columns}))"
    made = write_publication(
        home,
        run_id,
        {
            "audience_members": query,
            "audience_changes": "select 'left_by_all' as audience, 'G9' as golden_id, 'left' as change",
        },
    )
    with duckdb.connect() as connection:
        cells = as_cells(f"({query})", published_tables(Vocabulary())["audience_members"])
        connection.execute(
            f"copy {cells} to '{made.folder}/csv/audience_members.csv' (format csv, header true)"
        )
    return made


def files(path: Path, **keys: Any) -> Files:
    return Files.model_validate({"type": "files", "path": path} | keys)


def test_every_audience_has_a_file_as_csv_an_empty_one_too(tmp_path: Path) -> None:
    files(tmp_path / "out").deliver(publication(tmp_path / "home"))
    current = tmp_path / "out" / "current"
    found = {}
    for path in current.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            found[path.name] = list(csv.DictReader(file))
    assert set(found) == {"win_back.csv", "welcome.csv", "left_by_all.csv"}
    assert found["left_by_all.csv"] == []
    anna, ben = found["win_back.csv"]
    assert (anna["golden_id"], anna["address"]) == ("G1", "'=anna()"), "safe in a spreadsheet"
    assert ben == {
        "golden_id": "G2",
        "address_kind": "email",
        "address": "ben@mail.org",
        "consent": "",
        "consented_at": "",
        "reason": 'Say "hello", Ben',
        "since": "2026-03-01 04:00:00.5",
    }
    assert found["welcome.csv"][0]["address"] == "+4915112345678"


def test_json_lines_have_the_values_themselves_and_times_in_utc(tmp_path: Path) -> None:
    files(tmp_path / "out", format="jsonl").deliver(publication(tmp_path / "home"))
    text = (tmp_path / "out" / "current" / "win_back.jsonl").read_text(encoding="utf-8")
    anna, ben = [json.loads(line) for line in text.splitlines()]
    assert (anna["address"], anna["reason"], ben["reason"]) == ("=anna()", None, 'Say "hello", Ben')
    assert ben["since"] == "2026-03-01T04:00:00.500000Z"
    assert (tmp_path / "out" / "current" / "left_by_all.jsonl").read_text() == ""


def test_the_manifest_tells_what_is_there_and_names_nobody(tmp_path: Path) -> None:
    made = publication(tmp_path / "home")
    made.folder.chmod(0o750)
    with private_files():
        files(tmp_path / "out").deliver(made)
    current = tmp_path / "out" / "current"
    text = (current / "manifest.json").read_text()
    manifest = json.loads(text)
    assert manifest["run_id"] == "run-001"
    assert {file["name"]: file["rows"] for file in manifest["files"]} == {
        "left_by_all.csv": 0,
        "welcome.csv": 1,
        "win_back.csv": 2,
    }
    for file in manifest["files"]:
        assert file["sha256"] == hashlib.sha256((current / file["name"]).read_bytes()).hexdigest()
        assert (current / file["name"]).stat().st_mode & 0o777 == 0o640
    assert "G1" not in text
    assert "mail.org" not in text


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_the_masked_edition_has_no_addresses_to_hand_out(kind: str, tmp_path: Path) -> None:
    masked = publication(tmp_path / "home")
    (masked.folder / "csv").rename(tmp_path / "csv")
    with pytest.raises(DeliveryFailed, match="the masked edition has none"):
        files(tmp_path / "out", format=kind).deliver(masked)


def test_the_next_publication_takes_the_place_of_all_files(tmp_path: Path) -> None:
    to = files(tmp_path / "out")
    to.deliver(publication(tmp_path / "home"))
    before = (tmp_path / "out" / "current").resolve()
    to.deliver(
        publication(tmp_path / "home", "run-002", "values ('new', 'G1', 'email', 'a@b.org', '')")
    )
    assert {path.name for path in (tmp_path / "out" / "current").glob("*.csv")} == {
        "new.csv",
        "left_by_all.csv",
    }
    assert (before / "win_back.csv").exists(), "somebody may be at it"


@dataclass
class Receiver:
    """What a receiver does: it checks the signature, and takes each message once."""

    answers: list[int] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    url: str = ""

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.requests.append((headers["idempotency-key"], headers))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(
            hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
        ).decode()
        if headers["webhook-signature"] != f"v1,{expected}":
            return 401
        if self.answers:
            return self.answers.pop(0)
        self.taken.setdefault(headers["idempotency-key"], json.loads(body))
        return 204


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = found.take({k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/hook?token=hidden"
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    monkeypatch.setattr(signed_webhook, "WAITS", (0.01, 0.01, 0.01))
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def told(tmp_path: Path, receiver: Receiver, **keys: str) -> Files:
    webhook = {"url": receiver.url, "secret_env": "HOOK_SECRET"} | keys
    return files(tmp_path / "out", webhook=webhook)


def test_one_that_fails_twice_is_told_of_each_file_once_with_a_signature_that_holds(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.answers = [503, 500]
    to, made = told(tmp_path, receiver), publication(tmp_path / "home")
    to.deliver(made)
    assert len(receiver.requests) == 5
    first = [key for key, _ in receiver.requests[:3]]
    assert len(set(first)) == 1, "what is sent again has the key of the first time"
    assert first[0].startswith("run-001/left_by_all.csv/")
    files_told = {news["name"]: news for news in receiver.taken.values()}
    assert {name: news["rows"] for name, news in files_told.items()} == {
        "left_by_all.csv": 0,
        "welcome.csv": 1,
        "win_back.csv": 2,
    }
    sent = (tmp_path / "out" / "current" / "win_back.csv").read_bytes()
    assert files_told["win_back.csv"]["sha256"] == hashlib.sha256(sent).hexdigest()
    assert "mail.org" not in json.dumps(files_told)
    to.deliver(made)
    assert len(receiver.requests) == 8
    assert len(receiver.taken) == 3, (
        "a second delivery of the same publication is known by its keys"
    )


def test_a_wrong_secret_is_refused_and_not_tried_again(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "another")
    with pytest.raises(
        DeliveryFailed, match="the files are in place, but the webhook answers 401"
    ) as caught:
        told(tmp_path, receiver).deliver(publication(tmp_path / "home"))
    assert "hidden" not in str(caught.value)
    assert len(receiver.requests) == 1
    assert (tmp_path / "out" / "current" / "win_back.csv").exists()


def test_a_secret_of_the_standard_is_decoded(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "whsec_" + base64.b64encode(SECRET.encode()).decode())
    monkeypatch.setenv("HOOK_URL", receiver.url)
    files(tmp_path / "out", webhook={"url_env": "HOOK_URL", "secret_env": "HOOK_SECRET"}).deliver(
        publication(tmp_path / "home")
    )
    assert len(receiver.taken) == 3


def test_what_is_signed_for_one_address_is_sent_to_no_other(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.answers = [302]
    with pytest.raises(DeliveryFailed, match="answers 302"):
        told(tmp_path, receiver).deliver(publication(tmp_path / "home"))
    assert len(receiver.requests) == 1


def test_one_that_never_answers_well_is_given_up(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answers = [503] * 9
    with pytest.raises(DeliveryFailed, match="answers 503"):
        told(tmp_path, receiver).deliver(publication(tmp_path / "home"))
    assert len(receiver.requests) == 4
    with pytest.raises(DeliveryFailed, match="cannot be reached") as caught:
        told(tmp_path, receiver, url="http://127.0.0.1:1/hidden").deliver(
            publication(tmp_path / "home", "run-002")
        )
    assert "hidden" not in str(caught.value)


def test_without_its_table_or_secret_it_says_so(tmp_path: Path, receiver: Receiver) -> None:
    made = publication(tmp_path / "home")
    without = Publication(made.run_id, made.home, made.folder, ("audience_members",))
    with pytest.raises(DeliveryFailed, match="leave_out must not name it"):
        files(tmp_path / "out").deliver(without)
    with pytest.raises(DeliveryFailed, match="variable NO_SECRET is not set"):
        told(tmp_path, receiver, secret_env="NO_SECRET").deliver(made)


@pytest.mark.parametrize(
    ("webhook", "words"),
    [
        ({"secret_env": "S"}, "needs either url or url_env"),
        ({"url": "https://a", "url_env": "U", "secret_env": "S"}, "needs either url or url_env"),
        ({"url": "file:///etc/passwd", "secret_env": "S"}, "must begin with https"),
        ({"url": "https://a"}, "Field required"),
    ],
)
def test_a_mistaken_webhook_is_refused(tmp_path: Path, webhook: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        files(tmp_path / "out", webhook=webhook)
