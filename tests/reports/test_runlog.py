import json
from pathlib import Path

import pytest
from msgspec import structs

from reports.records import (
    SCHEMA_VERSION,
    Exchange,
    Fact,
    Finished,
    HttpRequest,
    HttpResponse,
    Proof,
    Record,
    ScenarioInfo,
    Screenshot,
    Started,
)
from reports.redaction.secrets import Vault
from reports.runlog import (
    LONGEST_TEXT,
    RunLog,
    StoredRun,
    UnreadableLogError,
    now,
    read_log,
    read_on,
)

CODE = "SplxlOBeZQQYbYS6WxSbIA"
STARTED = Started(
    schema_version=SCHEMA_VERSION,
    run="r1",
    at=now(),
    version="0.1.0",
    scenarios=(),
    postures=(),
    channels=(),
    plan=(),
    environment={"python": "3.13"},
)
EXCHANGE = Exchange(
    id="x1",
    play="p1",
    at=now(),
    seconds=0.1,
    source="victim-browser",
    destination="client",
    seen_by="proxy",
    request=HttpRequest("GET", f"http://a.test/cb?code={CODE}", (("Cookie", f"c={CODE}"),)),
    response=HttpResponse(200, (), json.dumps({"code": CODE})),
)
FINISHED = Finished(at=now(), seconds=1.0, outcome="completed")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "run.jsonl"


def write(path: Path, *records: Record, vault: Vault | None = None) -> None:
    with RunLog(path, vault or Vault()) as log:
        for record in records:
            log.append(record)


def damaged(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


def test_what_is_written_is_read_back_alike(path: Path) -> None:
    write(path, STARTED, EXCHANGE, FINISHED)

    assert read_log(path) == StoredRun(path, STARTED, (STARTED, EXCHANGE, FINISHED), FINISHED)
    assert list(read_log(path).of(Exchange)) == [EXCHANGE]


def test_a_log_is_read_on_where_it_ended(path: Path) -> None:
    with RunLog(path, Vault()) as log:
        log.append(STARTED)
        log.append(EXCHANGE)
        begun = read_log(path)
        unchanged = read_on(begun)
        log.append(FINISHED)
    with path.open("ab") as file:
        file.write(b'{"record":"fin')  # being written just now

    assert unchanged == begun
    assert read_on(begun) == StoredRun(path, STARTED, (STARTED, EXCHANGE, FINISHED), FINISHED)


def test_what_is_damaged_later_is_refused_with_its_line(path: Path) -> None:
    write(path, STARTED, EXCHANGE)
    begun = read_log(path)
    with path.open("ab") as file:
        file.write(b"nothing\n")

    with pytest.raises(UnreadableLogError, match="line 3"):
        read_on(begun)


def test_the_records_of_a_play_are_told_in_the_order_in_which_they_began(path: Path) -> None:
    other = structs.replace(EXCHANGE, id="x9", play="p2")
    caused = structs.replace(EXCHANGE, id="x2", at=now())
    write(path, STARTED, other, caused, EXCHANGE, FINISHED)  # the cause ended last

    assert read_log(path).by_play() == {"p2": [other], "p1": [EXCHANGE, caused]}


def test_every_string_is_redacted_before_the_disk(path: Path) -> None:
    vault = Vault()
    vault.learn("code", CODE)

    write(path, STARTED, EXCHANGE, vault=vault)

    assert CODE.encode() not in path.read_bytes()
    (stored,) = read_log(path).of(Exchange)
    assert stored.request.query == {"code": "code#1"}
    assert stored.request.header("cookie") == "c=code#1"
    assert stored.response is not None
    assert json.loads(stored.response.body) == {"code": "code#1"}


def test_the_keys_of_a_record_are_redacted_too(path: Path) -> None:
    vault = Vault()
    vault.learn("code", CODE)

    write(path, structs.replace(STARTED, environment={CODE: "x"}), vault=vault)

    assert CODE.encode() not in path.read_bytes()


def test_a_password_that_is_a_word_of_the_schema_does_not_break_the_log(path: Path) -> None:
    vault = Vault()
    for word in ("record", "started", "fact", "text", "token"):
        vault.learn("password", word)
    scenario = ScenarioInfo("s", "f", "t", "a token", "v", (), "r", Proof.TOKEN)
    started = structs.replace(STARTED, scenarios=(scenario,))

    write(path, started, Fact(now(), "", "x", "a text"), vault=vault)

    (read,) = read_log(path).started.scenarios
    assert (read.proof, read.story) == (Proof.TOKEN, "a password#5")

    assert [fact.text for fact in read_log(path).of(Fact)] == ["a password#4"]


def test_text_that_utf_8_cannot_write_stops_no_run(path: Path) -> None:
    vault = Vault()
    vault.learn("code", CODE)

    write(path, STARTED, Fact(now(), "", "x", f"\ud800 {CODE} \\ud800"), vault=vault)

    assert [fact.text for fact in read_log(path).of(Fact)] == ["\ufffd code#1 \\ud800"]


def test_a_picture_is_written_as_it_is_and_its_caption_redacted(path: Path) -> None:
    vault = Vault()
    vault.learn("code", CODE)

    write(path, STARTED, Screenshot("p1", now(), "client", f"at {CODE}", "aGVsbG8="), vault=vault)

    (picture,) = read_log(path).of(Screenshot)
    assert (picture.caption, picture.png) == ("at code#1", "aGVsbG8=")


def test_a_record_is_on_disk_before_append_returns(path: Path) -> None:
    log = RunLog(path, Vault())
    log.append(STARTED)

    assert read_log(path).records == (STARTED,)
    log.close()


def test_a_log_is_never_overwritten(path: Path) -> None:
    write(path, STARTED)

    with pytest.raises(FileExistsError):
        RunLog(path, Vault())


def test_a_crashed_run_is_read_as_far_as_it_went(path: Path) -> None:
    write(path, STARTED, EXCHANGE, FINISHED)
    path.write_bytes(path.read_bytes()[:-30])

    stored = read_log(path)

    assert stored.finished is None
    assert stored.records == (STARTED, EXCHANGE)


def test_hostile_text_stays_one_record(path: Path) -> None:
    fact = Fact(now(), "", "x", 'a\nb\r\n\u2028"}{"record":"finished"}')

    write(path, STARTED, fact, FINISHED)

    assert list(read_log(path).of(Fact)) == [fact]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no complete record"),
        (b'{"record":"started"', "no complete record"),
        (b"<html>\n", "no run log"),
        (b"[1]\n", "no run log"),
        (b"\xff\xfe\n", "no run log"),
        (b'{"record":"finished","at":"","seconds":1.0,"outcome":""}\n', "no run log"),
        (b'{"record":"started","schema_version":999}\n', "Update codejack"),
        (b'{"record":"started","schema_version":"1"}\n', "no run log|schema version"),
        (b'{"record":"started","schema_version":true}\n', "no run log|schema version"),
        (b'{"record":"started","schema_version":1,"target":{}}\n', "codejack that wrote it"),
        (b'{"record":"started","schema_version":0}\n', "codejack that wrote it"),
        (f'{{"record":"started","schema_version":{SCHEMA_VERSION}}}\n'.encode(), "line 1"),
    ],
)
def test_what_is_no_log_is_refused_in_one_line(path: Path, data: bytes, message: str) -> None:
    with pytest.raises(UnreadableLogError, match=message) as refused:
        read_log(damaged(path, data))

    assert "\n" not in str(refused.value)


def test_a_record_damaged_in_the_middle_is_told_by_its_line(path: Path) -> None:
    write(path, STARTED, EXCHANGE, FINISHED)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], lines[1][:-5], *lines[2:]]))

    with pytest.raises(UnreadableLogError, match="line 2"):
        read_log(path)


def test_a_missing_or_unreadable_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.jsonl", tmp_path):
        with pytest.raises(UnreadableLogError, match=r"run\.jsonl"):
            read_log(path)


def test_a_long_text_is_cut_only_after_its_secrets_are_gone(tmp_path: Path) -> None:
    vault = Vault()
    vault.learn("code", "SplxlOBeZQQYbYS6WxSbIA")
    text = "x" * (LONGEST_TEXT - 10) + "SplxlOBeZQQYbYS6WxSbIA" + "y" * 100
    with RunLog(tmp_path / "run.jsonl", vault) as log:
        log.append(Fact("", "", "long", text))

    written = (tmp_path / "run.jsonl").read_text()
    assert "Splx" not in written
    assert f"[cut: {len(text) - 16} characters in all]" in written
