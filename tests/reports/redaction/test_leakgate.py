import gzip
import html
import json
import re
import zipfile
import zlib
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.redaction.leakgate import Leak, UnreadableArtefactError, encodings, find_leaks
from reports.redaction.secrets import Vault
from tests.reports.redaction.travel import CODINGS, WRAPPINGS

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


@pytest.fixture
def vault() -> Vault:
    vault = Vault()
    vault.learn("code_verifier", VERIFIER)
    return vault


def leaks_in(tmp_path: Path, vault: Vault, data: bytes, name: str = "artefact") -> list[Leak]:
    (tmp_path / name).write_bytes(data)
    return find_leaks([tmp_path], vault)


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def test_a_raw_secret_is_told_by_label_and_place(tmp_path: Path, vault: Vault) -> None:
    leaks = leaks_in(tmp_path, vault, b"\xff\x00 state=" + VERIFIER.encode())

    assert leaks == [Leak(tmp_path / "artefact", 9, "code_verifier#1", "raw")]
    assert VERIFIER not in repr(leaks) + str(leaks[0])


@pytest.mark.parametrize("coding", CODINGS)
def test_every_coding_is_seen_in_binary_surroundings(
    tmp_path: Path, vault: Vault, coding: str
) -> None:
    vault.learn("password", "pä ss/w+o&r'd\"1")
    for secret, label in ((VERIFIER, "code_verifier#1"), ("pä ss/w+o&r'd\"1", "password#1")):
        data = b"\xfe\x00\x01" + CODINGS[coding](secret).encode() + b"\x00\xff"

        assert label in {leak.label for leak in leaks_in(tmp_path, vault, data)}


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(VERIFIER.encode()),
        png(chunk(b"tEXt", b"Comment\0" + VERIFIER.encode())),
        png(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(VERIFIER.encode()))),
        png(chunk(b"iTXt", b"XML\0\1\0\0\0" + zlib.compress(VERIFIER.encode()))),
        png() + VERIFIER.encode(),
        VERIFIER.encode("utf-16-le"),
    ],
    ids=["gzip", "tEXt", "zTXt", "iTXt", "trailer", "UTF-16"],
)
def test_packed_bytes_are_unpacked(tmp_path: Path, vault: Vault, data: bytes) -> None:
    assert [leak.label for leak in leaks_in(tmp_path, vault, data)] == ["code_verifier#1"]


def test_pictures_inside_the_report_and_the_log_are_read(tmp_path: Path, vault: Vault) -> None:
    picture = b64encode(png(chunk(b"zTXt", b"C\0\0" + zlib.compress(VERIFIER.encode())))).decode()
    (tmp_path / "report.html").write_text(f'<img src="data:image/png;base64,{picture}">')
    (tmp_path / "run.jsonl").write_text(json.dumps({"record": "screenshot", "png": picture}))

    leaks = find_leaks([tmp_path], vault)

    assert [(leak.path.name, leak.encoding) for leak in leaks] == [
        ("report.html", "raw in PNG zTXt of embedded data"),
        ("run.jsonl", "raw in PNG zTXt of embedded data"),
    ]


def test_a_picture_does_not_shift_the_places_behind_it(tmp_path: Path, vault: Vault) -> None:
    page = b'<img src="data:image/png;base64,' + b64encode(png(chunk(b"IDAT", b"x" * 999))) + b'">'

    assert [x.offset for x in leaks_in(tmp_path, vault, page + VERIFIER.encode())] == [len(page)]


def test_pixels_are_not_text(tmp_path: Path, vault: Vault) -> None:
    assert leaks_in(tmp_path, vault, png(chunk(b"IDAT", VERIFIER.encode()))) == []


def test_members_and_names_of_archives_are_read(tmp_path: Path, vault: Vault) -> None:
    with zipfile.ZipFile(tmp_path / "trace.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("resources/1", gzip.compress(VERIFIER.encode()))
        archive.writestr(f"by-name/{VERIFIER}", "nothing")

    encodings_found = {leak.encoding for leak in find_leaks([tmp_path], vault)}

    assert "raw in gzip of zip member resources/1" in encodings_found
    assert "raw in zip member name" in encodings_found


def test_names_and_links_of_files_are_read(tmp_path: Path, vault: Vault) -> None:
    (tmp_path / VERIFIER).mkdir()
    (tmp_path / "link").symlink_to(f"/nowhere/{VERIFIER}")

    assert {leak.encoding for leak in find_leaks([tmp_path], vault)} == {
        "raw in file name",
        "raw in target of a link",
    }


def test_a_secret_across_a_stride_is_seen(tmp_path: Path, vault: Vault) -> None:
    nested = b64encode(b64encode(VERIFIER.encode())).decode()
    for offset in (256 * 1024 - 10, 2 * 256 * 1024 - 70):
        data = b"." * offset + nested.encode() + b"." * 100

        assert [leak.offset for leak in leaks_in(tmp_path, vault, data)] == [offset]


def test_clean_artefacts_have_no_leaks(tmp_path: Path, vault: Vault) -> None:
    redacted = vault.redact(f"state={VERIFIER}&s=" + b64encode(VERIFIER.encode()).decode())

    assert leaks_in(tmp_path, vault, redacted.encode()) == []


def test_a_label_is_no_leak_of_a_password_that_is_a_word(tmp_path: Path) -> None:
    vault = Vault()
    vault.learn("password", "password")

    assert leaks_in(tmp_path, vault, vault.redact("password").encode()) == []
    assert leaks_in(tmp_path, vault, b"password") != []


def test_what_cannot_be_read_is_never_called_clean(tmp_path: Path, vault: Vault) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")

    with pytest.raises(UnreadableArtefactError, match=r"broken\.zip"):
        find_leaks([tmp_path], vault)
    with pytest.raises(UnreadableArtefactError, match="not there"):
        find_leaks([tmp_path / "missing"], vault)


def test_a_vault_without_secrets_finds_nothing(tmp_path: Path) -> None:
    assert leaks_in(tmp_path, Vault(), b"anything") == []


def test_no_encoding_is_so_short_that_it_matches_by_chance() -> None:
    assert all(len(form) >= 8 for _, form in encodings("a1b2c3d4"))


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8"), min_size=8, max_size=20))
@example("only-Letters_and.digits~0")
@example("beyond the first plane: \U0001f511")
def test_every_plain_encoding_is_looked_for(value: str) -> None:
    raw = value.encode()
    unescaped = b64encode(b"\0\0" + raw + b"\0\0")

    forms = {form for _, form in encodings(value)}

    assert {CODINGS[name](value).encode() for name in BY_CHARACTER} <= forms
    assert {json.dumps(value)[1:-1].encode(), repr(value)[1:-1].encode()} <= forms
    assert {value.encode("utf-16-le"), html.escape(value).encode(), raw} <= forms
    assert {re.sub(rb"%..", lambda m: m[0].lower(), quote(raw).encode())} <= forms
    assert any(form in unescaped for form in forms)


BY_CHARACTER = (
    "percent, reserved only",
    "percent, all reserved",
    "percent, plus for space",
    "percent, lower case",
    "percent, twice",
    "hex",
    "HEX",
)


def test_json_escapes_every_character_by_its_units(tmp_path: Path) -> None:
    vault = Vault()
    vault.learn("password", "k\u00ef\U0001f511ngdom")

    escaped = rb"\u006b\u00ef\ud83d\udd11\u006e\u0067\u0064\u006f\u006d"

    assert escaped in {form for _, form in encodings("k\u00ef\U0001f511ngdom")}
    assert [leak.encoding for leak in leaks_in(tmp_path, vault, escaped)] == ["JSON"]


def test_a_secret_among_thousands_is_told_from_those_that_end_alike(tmp_path: Path) -> None:
    vault = Vault()
    values = [f"{number * 7919:07}-and-the-same-long-tail" for number in range(3000)]
    labels = [vault.learn("code", value) for value in values]
    spots = {17: "raw", 1234: "hex", 2999: "base64"}
    carried = {
        "raw": values[17].encode(),
        "hex": values[1234].encode().hex().encode(),
        "base64": b64encode(b"\xfe" + values[2999].encode() + b"\xfe"),
    }

    leaks = leaks_in(
        tmp_path, vault, b"\xff\n".join((*carried.values(), b"-and-the-same-long-tail"))
    )

    assert {(leak.label, leak.encoding) for leak in leaks} == {
        (labels[number], name) for number, name in spots.items()
    }


def test_the_rest_of_a_secret_at_the_beginning_of_a_file_is_no_leak(tmp_path: Path) -> None:
    vault = Vault()
    vault.learn("code", "a part of 15...")
    vault.learn("state", "fifteen more + a part of 15...")

    assert [leak.label for leak in leaks_in(tmp_path, vault, b"a part of 15...")] == ["code#1"]


CHAINS = st.lists(st.sampled_from([*CODINGS.values(), *WRAPPINGS.values()]), max_size=3)


@settings(max_examples=60)
@given(CHAINS)
def test_the_gate_sees_what_redaction_would_have_removed(
    tmp_path_factory: pytest.TempPathFactory, chain: list[object]
) -> None:
    vault = Vault()
    vault.learn("code_verifier", VERIFIER)
    carried = VERIFIER
    for coding in chain:
        carried = coding(carried)  # type: ignore[operator]
    path = tmp_path_factory.getbasetemp() / "chain"

    path.write_text(f"x {carried} y", encoding="utf-8")
    assert find_leaks([path], vault)

    path.write_text(vault.redact(f"x {carried} y"), encoding="utf-8")
    assert not find_leaks([path], vault)
