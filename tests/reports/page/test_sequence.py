import itertools

from hypothesis import given
from hypothesis import strategies as st

from reports.page.plays import plays
from reports.page.sequence import WIDTH, sequence
from reports.page.shapes import Diagram
from reports.records import Exchange, HttpRequest, HttpResponse, Loot, Record
from tests.reports.page import sample

RUN, JUDGEMENT = sample.sample()
PLAYS = plays(RUN)
SCHEME = PLAYS["attack-stolen-code/custom-scheme/no-pkce"]
LOCALHOST = PLAYS["attack-stolen-code/localhost-ipv6/no-pkce"]
SILENT = PLAYS[f"attack-{sample.UNANSWERED}"]


def _exchange(request: HttpRequest, response: HttpResponse | None, error: str = "") -> Exchange:
    return Exchange(
        "e1", "p", "", 0, "thief", "identity-provider", "proxy", request, response, error
    )


def _words(diagram: Diagram) -> list[str]:
    return [text.words for text in diagram.texts]


def test_lanes_are_the_actors_of_the_wire_with_the_thief_on_the_far_side() -> None:
    lanes = sequence(SCHEME.records).lanes
    assert [" ".join(lane.words) for lane in lanes] == [
        "victim's browser",
        "honest client",
        "identity provider",
        "operating system",
        "malicious app",
        "thief",
    ]
    assert [lane.thief for lane in lanes] == [False] * 4 + [True] * 2


def test_an_unknown_actor_gets_a_lane_of_its_own() -> None:
    record = Exchange(
        "e1", "p", "", 0, "robot-9", "client", "proxy", HttpRequest("GET", "http://x/"), None
    )
    assert ("robot", "9") in [lane.words for lane in sequence((record,)).lanes]


def test_arrows_are_numbered_as_the_evidence_and_furniture_is_left_out() -> None:
    diagram = sequence(LOCALHOST.records)
    drawn = [arrow.number for arrow in diagram.arrows if arrow.number]
    assert diagram.omitted == (3,)
    assert sorted((*drawn, *diagram.omitted)) == [event.number for event in LOCALHOST.events]
    assert not any("style.css" in words for words in _words(diagram))


def test_furniture_that_showed_loot_or_decided_is_drawn() -> None:
    icon = _exchange(HttpRequest("GET", "http://x/favicon.ico?code=code#1"), HttpResponse(200))
    assert sequence((icon,)).omitted == (1,)
    assert sequence((icon,), decisive="e1").omitted == ()
    learned = Loot("e2", "p", "", "code", "code#1", seen_in="e1", where="query")
    assert sequence((icon, learned)).omitted == ()


def test_steps_are_bands_in_their_order_and_do_not_overlap() -> None:
    bands = sequence(SCHEME.records).bands
    assert [band.title for band in bands][1:] == [
        "The redirect reaches the thief",
        "The thief redeems the code and reads the victim's data",
    ]
    assert all(a.y + a.height <= b.y for a, b in itertools.pairwise(bands))


def test_the_decisive_exchange_is_framed_with_its_clause() -> None:
    settled = SCHEME.events[-1].record.id
    frame = sequence(SCHEME.records, settled, "RFC 7636 §4.6").decisive
    assert frame is not None
    assert frame.title == "decisive exchange · RFC 7636 §4.6"
    inside = [a for a in sequence(SCHEME.records).arrows if a.number == SCHEME.events[-1].number]
    assert frame.y < inside[0].y + 18 < frame.y + frame.height
    assert sequence(SCHEME.records).decisive is None


def test_loot_of_one_place_is_told_in_one_mark() -> None:
    assert [mark.words for mark in sequence(SCHEME.records).loot] == ["thief learns code, state"]


def test_a_request_without_an_answer_is_drawn_as_lost() -> None:
    diagram = sequence(SILENT.records)
    assert [arrow.lost for arrow in diagram.arrows][-1]
    assert "no response: the read timed out after 5 s" in _words(diagram)


def test_a_play_without_messages_has_an_empty_diagram() -> None:
    assert sequence(()).lanes == ()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.text()), max_size=6))
def test_everything_stays_inside_the_picture(messages: list[tuple[str, str, str]]) -> None:
    records: tuple[Record, ...] = tuple(
        Exchange(
            f"e{number}",
            "p",
            "",
            0,
            source,
            destination,
            "proxy",
            HttpRequest("GET", f"http://x/{text}?code={text}"),
            HttpResponse(302, (("Location", text),)),
        )
        for number, (source, destination, text) in enumerate(messages)
    )
    diagram = sequence(records)
    assert all(0 <= text.x <= WIDTH and 0 < text.y < diagram.height for text in diagram.texts)
    assert all(0 < arrow.y < diagram.height for arrow in diagram.arrows)


def test_what_no_proxy_saw_is_marked() -> None:
    assert "GET /cb · seen by the listener only" in _words(sequence(LOCALHOST.records))
