"""The use of tokens: when the thief showed userinfo an access token of somebody else's."""

from collections.abc import Iterator
from typing import NamedTuple

from reports.actors import THIEF
from reports.judgement.case import Attempt, Case
from reports.judgement.redemption import read_with, redemptions, token_shown_to_userinfo
from reports.records import Exchange, Loot


class TokenUse(NamedTuple):
    """A token at userinfo: ``shown`` there, bought with ``loot`` by ``attempt``, or itself loot."""

    loot: Loot
    attempt: Attempt | None
    shown: Exchange


def token_uses(case: Case) -> Iterator[TokenUse]:
    """Every time that the thief used a token that it was not meant to have, in no order."""
    sent = list(case.attack.exchanges(THIEF))
    for attempt in case.attempts():
        if attempt.redemption.token:
            for look in read_with(attempt.redemption, sent, case.target):
                yield TokenUse(attempt.loot, attempt, look)
    for loot in stolen_tokens(case):
        for look in sent:
            if token_shown_to_userinfo(look, case.target) == loot.value and look.at >= loot.at:
                yield TokenUse(loot, None, look)


def stolen_tokens(case: Case) -> Iterator[Loot]:
    """Access tokens of others that the thief has seen, and not been given."""
    given = {each.token for each in redemptions(case.attack.exchanges(THIEF), case.target)}
    for loot in case.attack.loot("access_token"):
        if loot.value not in given and case.attack.shows(loot):
            yield loot
