"""Refusals on the way: what did not come along, where something else did."""

from collections.abc import Iterator

from reports.actors import VICTIM_BROWSER
from reports.judgement.authorization import (
    conversation,
    gives_code,
    is_to_server,
    issued,
    leads_to,
)
from reports.judgement.case import Case
from reports.judgement.redemption import ended
from reports.judgement.refused import Refused
from reports.records import Exchange


def by_silence(case: Case) -> Iterator[Refused]:
    """The channel gave a sign of life after the code was there, and the code was not on it."""
    codes = list(issued(case))
    if not codes or any(case.attack.thieves_saw(code) for code, _ in codes):
        return
    code, issue = codes[-1]
    for sign in case.attack.loot("sign_of_life"):
        shown = case.attack.shown_in(sign)
        if shown and shown.at >= ended(issue):
            yield Refused(
                f"The channel was open, and {code} did not pass through it",
                (issue.id, shown.id, sign.id),
                shown.id,
                next(iter(case.scenario.clauses), ""),
            )


def by_forgetting(case: Case) -> Iterator[Refused]:
    """The browser came from the sign-in to the attacker, and the password did not come along."""
    visits = list(case.attack.exchanges(VICTIM_BROWSER))
    for sign_in in (each for each in visits if is_to_server(each)):
        password = sign_in.request.form.get("password", "")
        came_on = next((each for each in visits if leads_to(sign_in, each)), None)
        if password and came_on and not case.attack.thieves_saw(password):
            yield Refused(
                f"The browser came to the attacker from the sign-in, and forgot {password}",
                (sign_in.id, came_on.id),
                came_on.id,
                next(iter(case.scenario.clauses), ""),
            )


def by_frame(case: Case) -> Iterator[Refused]:
    """The page that asks the user may not be framed, and a click on the frame allowed nothing."""
    for loot in case.attack.loot("authorization_request"):
        told = conversation(case, loot)
        if not told or not _may_not_be_framed(told[0]) or any(map(gives_code, told)):
            continue
        for click in case.attack.loot("click"):
            shown = case.attack.shown_in(click)
            if shown and shown.at >= ended(told[0]):
                yield Refused(
                    "The server's page refused to be framed, and a click on the frame did nothing",
                    (loot.id, told[0].id, shown.id, click.id),
                    told[0].id,
                    "RFC9700#4.16",
                )


def _may_not_be_framed(exchange: Exchange) -> bool:
    """Whether a browser asked for a page to frame it, and the answer forbids that."""
    answer = exchange.response
    is_framed = exchange.request.header("sec-fetch-dest") == "iframe"
    if answer is None or answer.status != 200 or not is_framed:
        return False
    by_policy = "frame-ancestors 'none'" in answer.header("content-security-policy")
    return by_policy or answer.header("x-frame-options").upper() == "DENY"
