"""Refusals: what shows that a defence was at work, one way for each place that can say no.

Nothing here is a refusal only because the attack did not get its prize: somebody must have
answered, and said no to this very request.
"""

from collections.abc import Callable, Iterator

from reports.actors import CLIENT
from reports.judgement.authorization import is_to_server
from reports.judgement.case import Case
from reports.judgement.frames import by_frame
from reports.judgement.redemption import redemptions, subject_shown
from reports.judgement.refusals_of_client import at_asker, at_client, by_own_session
from reports.judgement.refusals_of_server import (
    at_authorization_endpoint,
    at_registered_address,
    at_token_endpoint,
    at_userinfo,
    by_form,
    of_refresh_token,
)
from reports.judgement.refusals_on_the_way import by_forgetting, by_silence
from reports.judgement.refused import Refused
from reports.records import Refusal

_BY_PROVIDER = frozenset(
    {
        Refusal.TOKEN_ENDPOINT,
        Refusal.REFRESH_TOKEN,
        Refusal.AUTHORIZATION_ENDPOINT,
        Refusal.REGISTERED_ADDRESS,
        Refusal.USERINFO,
    }
)


def refusal(case: Case) -> Refused | None:
    """The first refusal that the scenario counts, one without a doubt if there is one."""
    found: list[Refused] = []
    for kind in case.scenario.refusals:
        # What the client says to its users, it may say because the provider let it down.
        trouble = "" if kind in _BY_PROVIDER else _trouble_of_client(case)
        found += (each._replace(doubt=each.doubt or trouble) for each in _KINDS[kind](case))
    return min(found, key=lambda each: bool(each.doubt), default=None)


def _trouble_of_client(case: Case) -> str:
    """What the client met at the provider that was neither a grant nor a refusal.

    Nor is it one when userinfo names somebody who was never there.
    """
    people = {"", case.target.victim, case.target.attacker}
    for exchange in case.attack.exchanges(CLIENT):
        if not is_to_server(exchange):
            continue
        used = next(redemptions([exchange], case.target), None)
        granted = exchange.response is not None and exchange.response.status < 400
        shown = subject_shown(exchange, case.target)
        if (used.trouble if used else not granted) or shown not in people:
            return "the provider let the honest client down during the attack"
    return ""


_KINDS: dict[Refusal, Callable[[Case], Iterator[Refused]]] = {
    Refusal.TOKEN_ENDPOINT: at_token_endpoint,
    Refusal.REFRESH_TOKEN: of_refresh_token,
    Refusal.AUTHORIZATION_ENDPOINT: at_authorization_endpoint,
    Refusal.REGISTERED_ADDRESS: at_registered_address,
    Refusal.USERINFO: at_userinfo,
    Refusal.CLIENT: at_client,
    Refusal.OWN_SESSION: by_own_session,
    Refusal.FORM: by_form,
    Refusal.ASKER: at_asker,
    Refusal.SILENCE: by_silence,
    Refusal.FRAME: by_frame,
    Refusal.FORGOTTEN: by_forgetting,
}
