"""What shows that something did not come along, where something else did."""

import pytest

from reports.records import Observation, Proof
from tests.reports.judgement.cases import (
    Make,
    Shape,
    verdict,
)
from tests.reports.judgement.kinds import silent_channel
from tests.reports.judgement.prepared import forgotten_password
from tests.reports.judgement.spoil import Spoil, add, ask, change

OPEN = Observation.INCONCLUSIVE
LATER = Shape(Proof.TOKEN, "S256", secret=False).issue("attack", 13.5, "code#8")


@pytest.mark.parametrize(
    ("made", "spoil"),
    [
        (silent_channel, ask("attack.badge", url="https://www.thief.test/badge.png?x=code#2")),
        (silent_channel, add("attack.later", LATER, "attack.sign")),
        (forgotten_password, change("attack.sign-in", destination="client")),
        (forgotten_password, ask("attack.sign-in", body="username=alice")),
    ],
    ids=["seen", "issued later", "another server", "no password"],
)
def test_what_came_along_or_was_not_there_proves_nothing(made: Make, spoil: Spoil) -> None:
    log = made()
    spoil(log)

    assert verdict(log).observed is OPEN, verdict(log).reason
