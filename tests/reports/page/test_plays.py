from dataclasses import replace

from reports.page.plays import plays
from reports.records import (
    Exchange,
    HttpRequest,
    HttpResponse,
    PlayFinished,
    PlayStarted,
    Screenshot,
)
from tests.reports.page import sample

RUN, _ = sample.sample()


def test_a_play_holds_its_own_records_and_numbers_its_messages_from_one() -> None:
    play = plays(RUN)["attack-stolen-code/custom-scheme/s256"]
    assert {getattr(record, "play", "") for record in play.records} == {play.id}
    assert [event.number for event in play.events] == list(range(1, len(play.events) + 1))
    assert [loot.kind for loot in play.loot] == ["code", "state"]
    assert play.numbers()[play.loot[0].seen_in] == 7


def test_a_play_cut_short_has_no_end() -> None:
    cut = replace(RUN, records=tuple(r for r in RUN.records if not isinstance(r, PlayFinished)))
    assert all(play.error is None for play in plays(cut).values())


def test_only_what_is_a_png_becomes_a_picture() -> None:
    def shown(png: str) -> int:
        start = PlayStarted("p", "", "attack", "g")
        shot = Screenshot("p", "", "thief", "caption", png)
        return len(plays(replace(RUN, records=(start, shot)))["p"].pictures)

    assert shown(sample.png()) == 1
    assert [shown(png) for png in ("", "Zm9v", '"><script>', "\u00e9", "iVBORw0KGgo=")] == [0] * 5


def test_an_exchange_is_told_where_it_began_although_it_was_logged_when_it_ended() -> None:
    def exchange(identity: str, at: str) -> Exchange:
        request = HttpRequest("GET", f"https://idp.test/{identity}")
        return Exchange(identity, "p", at, 0.1, "a", "b", "proxy", request, HttpResponse(200))

    start = PlayStarted("p", "1", "attack", "g")
    inner, outer = exchange("inner", "3"), exchange("outer", "2")
    play = plays(replace(RUN, records=(start, inner, outer)))["p"]

    assert [event.record.id for event in play.events] == ["outer", "inner"]
