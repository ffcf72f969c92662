"""How plays are framed in the log: every end is told, and one failure is not another's."""

import asyncio
from itertools import count
from typing import Any

import pytest

from reports.records import PlayFinished, PlayStarted, Record
from scenarios import performance
from scenarios.performance import Company


def frame(script: Any, *, expect: type[BaseException] | None = None) -> list[Record]:
    records: list[Record] = []
    company = Company(None, records.append, count(1))  # type: ignore[arg-type]

    async def run() -> None:
        async with company.play("attack", "group", "cell"):
            await script()

    if expect:
        with pytest.raises(expect):
            asyncio.run(run())
    else:
        asyncio.run(run())
    return records


async def nothing() -> None:
    return


async def fail() -> None:
    raise LookupError("no code")


async def hang() -> None:
    await asyncio.sleep(3600)


async def cancel() -> None:
    raise asyncio.CancelledError


def error_of(records: list[Record]) -> str:
    started, finished = records
    assert isinstance(started, PlayStarted)
    assert isinstance(finished, PlayFinished)
    assert (started.play, started.kind, started.group, started.cell) == (
        "p1",
        "attack",
        "group",
        "cell",
    )
    assert finished.play == "p1"
    return finished.error


def test_a_play_that_ends_well_says_nothing() -> None:
    assert error_of(frame(nothing)) == ""


def test_an_exception_ends_the_play_and_not_the_run() -> None:
    assert error_of(frame(fail)) == "LookupError: no code"


def test_a_play_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performance, "_PLAY_SECONDS", 0.05)
    assert "did not end within" in error_of(frame(hang))


def test_an_interruption_is_told_and_goes_on() -> None:
    assert error_of(frame(cancel, expect=asyncio.CancelledError)) == "interrupted"


def test_plays_are_numbered_across_lanes() -> None:
    records: list[Record] = []
    company = Company(None, records.append, count(1))  # type: ignore[arg-type]

    async def lane(name: str) -> None:
        for _ in range(5):
            async with company.play("control", name):
                await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(lane("a"), lane("b"))

    asyncio.run(both())

    begun = [record.play for record in records if isinstance(record, PlayStarted)]
    assert begun == [f"p{number}" for number in range(1, 11)]
