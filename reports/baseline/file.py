"""The baseline as a file, ``NAME.baseline.toml`` beside ``NAME.idp.toml``: for people and diffs.

Sorted, one acceptance a table, one scenario a line. Comments stay where they are, but those that
end a table which is taken out: what a person has written may matter more than what we have.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, cast

import tomlkit
from tomlkit.items import AoT, Array, Table

from reports.baseline.baseline import Acceptance, Baseline, Pair
from reports.baseline.lines import begun, line_of_entry, line_of_key

_SUFFIX = ".baseline.toml"
_TEXTS = ("scenario", "client", "reason", "owner")
_DATES = ("expires", "added")
_OPENING = """\
# What codejack counts on when it assesses {target}: findings that somebody answers for, and
# what was decided before. Commit it. `codejack baseline --help` says how to change it.

"""


class BaselineError(Exception):
    """The file is no baseline. One line: where, why, and what to do about it."""


def baseline_path(target: Path) -> Path:
    """The baseline that belongs to a target file."""
    name = target.name.removesuffix(".toml").removesuffix(".idp")
    return target.with_name(name + _SUFFIX)


def read_baseline(path: Path) -> Baseline:
    """Read a baseline; an empty one where there is no file yet.

    Raises :class:`BaselineError` for anything that is not exactly as we would write it, because a
    misspelt key must not accept what nobody accepted, nor forget what was to be kept.
    """
    text = read_text(path)
    try:
        return parse(text)
    except tomllib.TOMLDecodeError as error:
        raise BaselineError(f"{path}: {error}. Mend the TOML there.") from None
    except _MistakeError as mistake:
        raise BaselineError(f"{path}:{mistake.line}: {mistake}") from None


def read_text(path: Path) -> str:
    """What stands in the file; nothing where there is none. Raises :class:`BaselineError`."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise BaselineError(f"{path}: it is not UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror}. Make it a readable file.") from None


class _MistakeError(Exception):
    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def parse(text: str) -> Baseline:
    """The baseline that a text states. Raises what :func:`read_baseline` explains."""
    said = tomllib.loads(text)
    for key in said.keys() - {"accepted", "covered"}:
        raise _MistakeError(
            line_of_key(text, key),
            f"there is no key {key!r} in a baseline. It has [covered] and [[accepted]].",
        )
    accepted, covered = said.get("accepted", []), said.get("covered", {})
    if not isinstance(accepted, list) or not all(isinstance(each, dict) for each in accepted):
        raise _MistakeError(line_of_key(text, "accepted"), "write each acceptance as [[accepted]].")
    if not isinstance(covered, dict):
        raise _MistakeError(line_of_key(text, "covered"), "write what is covered as [covered].")
    acceptances = [_acceptance(text, number, each) for number, each in enumerate(accepted)]
    _refuse_doubles(text, acceptances)
    return Baseline().accepting(acceptances).covering(_covered(text, covered))


def _acceptance(text: str, number: int, said: dict[str, Any]) -> Acceptance:
    for key, value in said.items():
        line = line_of_entry(text, number, key)
        if key not in (*_TEXTS, *_DATES):
            known = ", ".join((*_TEXTS, *_DATES))
            raise _MistakeError(line, f"an acceptance has no {key!r}. It has {known}.")
        if key in _TEXTS and (not isinstance(value, str) or not value.strip()):
            raise _MistakeError(
                line, f"{key} is not a text that says something. Write one in quotes."
            )
        if key in _DATES and type(value) is not date:
            raise _MistakeError(
                line, f"{key} is not a date. Write it as 2027-03-31, without quotes."
            )
    for key in (*_TEXTS, *_DATES):
        if key not in said:
            raise _MistakeError(
                line_of_entry(text, number), f"this acceptance has no {key}. Add {key} = ..."
            )
    return Acceptance(**said)


def _refuse_doubles(text: str, acceptances: list[Acceptance]) -> None:
    seen: set[Pair] = set()
    for number, each in enumerate(acceptances):
        if each.pair in seen:
            raise _MistakeError(
                line_of_entry(text, number),
                f"{each.scenario} is accepted twice for {each.client}. Keep one of the two.",
            )
        seen.add(each.pair)


def _covered(text: str, said: dict[str, Any]) -> set[Pair]:
    pairs = set()
    for client, scenarios in said.items():
        if not isinstance(scenarios, list) or not all(isinstance(s, str) for s in scenarios):
            raise _MistakeError(
                line_of_key(text, client), f"{client} is no list of scenarios. Write one: [...]."
            )
        pairs |= {Pair(client, scenario) for scenario in scenarios}
    return pairs


def render(baseline: Baseline, before: str, target: str) -> str:
    """The text of a baseline, with the comments of the text that it replaces."""
    document = tomlkit.parse(before or _OPENING.format(target=target))
    _write_covered(document, baseline)
    _write_accepted(document, baseline)
    return _spaced(tomlkit.dumps(document))


def _spaced(text: str) -> str:
    """With an empty line before each table, as people write it."""
    lines = text.split("\n")
    headers = [number for number, line in begun(text) if line.startswith("[")]
    for number in reversed(headers):
        above = lines[number - 2] if number > 1 else ""
        if above and not above.startswith("#"):
            lines.insert(number - 1, "")
    return "\n".join(lines)


def _write_covered(document: tomlkit.TOMLDocument, baseline: Baseline) -> None:
    by_client: dict[str, list[str]] = {}
    for client, scenario in sorted(baseline.covered):
        by_client.setdefault(client, []).append(scenario)
    if not by_client:
        document.pop("covered", None)
        return
    if "covered" not in document:
        document["covered"] = tomlkit.table()
    table = cast(Table, document["covered"])
    for gone in table.keys() - by_client.keys():
        del table[gone]
    grown = by_client.keys() - table.keys()
    for client, scenarios in by_client.items():
        if sorted(table.get(client, ())) != scenarios:
            table[client] = _one_a_line(scenarios)
        if grown:  # a new one goes between the others, so these line up again behind it
            table[client] = table.pop(client)


def _one_a_line(scenarios: list[str]) -> Array:
    array = tomlkit.array()
    array.extend(scenarios)
    return array.multiline(True)


def _write_accepted(document: tomlkit.TOMLDocument, baseline: Baseline) -> None:
    if not baseline.accepted:
        document.pop("accepted", None)
        return
    if not isinstance(document.get("accepted"), AoT):  # none yet, or inline tables of a person
        document["accepted"] = AoT([])
    tables = cast(AoT, document["accepted"])
    for place in reversed(range(len(tables))):
        if baseline.acceptance(_pair(tables[place])) is None:
            del tables[place]
    for each in baseline.accepted:
        there = [_pair(table) for table in tables]
        if each.pair not in there:
            tables.insert(sum(pair < each.pair for pair in there), tomlkit.table())
            there.insert(sum(pair < each.pair for pair in there), each.pair)
        _fill(tables[there.index(each.pair)], each)


def _pair(table: Table) -> Pair:
    return Pair(str(table["client"]), str(table["scenario"]))


def _fill(table: Table, acceptance: Acceptance) -> None:
    """Give the table the values of today; what has not changed stays as it was written."""
    for key in (*_TEXTS, *_DATES):
        value = getattr(acceptance, key)
        if table.get(key) != value:
            table[key] = value
