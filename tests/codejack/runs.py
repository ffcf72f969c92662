"""Stored runs of one cell, in which the server lets the thief in or does not."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from reports.records import Observation, Started
from tests.reports.judgement.cases import Log


def folder_of(folder: Path, log: Log, declared_in: str = "", **changes: object) -> Path:
    """Write the folder of a run that was to be refused, with changes to its first record."""
    started = log["started"]
    assert isinstance(started, Started)
    cell = replace(started.plan[0], expected=Observation.ATTACK_BLOCKED)
    client = replace(started.postures[0], declared_in=declared_in)
    told = replace(started, **{"plan": (cell,), "postures": (client,), **changes})
    folder.mkdir(parents=True)
    lines = (msgspec.json.encode(record) + b"\n" for record in (log | {"started": told}).values())
    (folder / "run.jsonl").write_bytes(b"".join(lines))
    return folder
