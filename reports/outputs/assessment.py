"""The outcome of a run as plain values: what ``assessment.json`` holds, and all other outputs tell.

``docs/assessment.schema.json`` is made from these structs. :mod:`reports.outputs.outcome` fills
them. No text in them holds a character which cannot be seen.
"""

import msgspec
from msgspec import Struct

from reports.judgement.verdicts import Gate
from reports.records import Observation, Proof

SCHEMA_VERSION = 1
"""Raised whenever a reader of the previous version would misread the file."""


class Scenario(Struct, frozen=True):
    """An attack that the run had planned. ``title`` is the rule that it tries to break."""

    id: str
    family: str
    title: str
    story: str
    vantage: str
    clauses: tuple[str, ...]
    remedy: str
    prize: Proof


class Client(Struct, frozen=True):
    """A client of the target file, and the line, from 1, that declares it (0 where none does)."""

    name: str
    title: str
    issuer: str
    settings: dict[str, str]
    declared_in: str
    declared_at: int


class Cell(Struct, frozen=True):
    """One scenario played as one client.

    ``tolerated``: the policy does not forbid what the attack does. ``evidence`` are ids of records
    of the run log, and ``decisive`` the one that settles it, by ``clause``. ``settle`` says what
    would decide a cell that is undecided.
    """

    scenario: str
    client: str
    channel: str
    observed: Observation
    expected: Observation
    tolerated: bool
    gate: Gate
    reason: str
    remedy: str
    clauses: tuple[str, ...]
    clause: str
    evidence: tuple[str, ...]
    decisive: str
    notes: tuple[str, ...]
    settle: str
    seconds: float


class Counts(Struct, frozen=True):
    """How many cells came to which gate; those that are not applicable are counted apart."""

    met: int
    violated: int
    undecided: int
    stale: int
    not_applicable: int


class Assessment(Struct, frozen=True):
    """A judged run.

    ``result`` says in words how it came out, and ``trouble`` what is wrong with the run itself;
    empty is well. Times are ISO 8601 in UTC, and ``finished`` is empty if the run never did.
    ``findings`` are the cells with gate ``VIOLATED``; ``undecided`` and ``stale`` go by theirs.
    """

    schema_version: int
    run: str
    version: str
    target_file: str
    environment: dict[str, str]
    started: str
    finished: str
    seconds: float
    complete: bool
    exit_code: int
    result: str
    trouble: str
    counts: Counts
    clients: tuple[Client, ...]
    scenarios: tuple[Scenario, ...]
    cells: tuple[Cell, ...]
    findings: tuple[Cell, ...]
    undecided: tuple[Cell, ...]
    stale: tuple[Cell, ...]


def json_text(told: Assessment) -> str:
    """The text of ``assessment.json``."""
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"


def schema_text() -> str:
    """The text of ``docs/assessment.schema.json`` (JSON Schema, draft 2020-12)."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"codejack assessment, version {SCHEMA_VERSION}",
        **msgspec.json.schema(Assessment),
    }
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode() + "\n"
