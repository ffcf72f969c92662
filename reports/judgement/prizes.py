"""Prizes: what shows that an attack got what it was after, one way for each kind of proof.

A token is no prize, and neither is a login that merely ended: somebody must have been shown the
wrong person's data, or have been kept from their own.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from reports.actors import CLIENT, THIEF
from reports.judgement.case import Attempt, Case
from reports.judgement.redemption import (
    ended,
    read_with,
    redemptions,
    subject_shown,
    token_shown_to_userinfo,
)
from reports.records import Exchange, Loot, Proof

_PREPARED = ("session", "form")
"""What the attacker has made its own, and turns into a prize by giving it to the victim."""


class Prize(NamedTuple):
    """What the attack got: the records that show it, the last of which settles it.

    ``held`` is what it captured for that, ``attempt`` how it presented it, if it had to.
    """

    text: str
    held: Loot
    attempt: Attempt | None
    shown_in: Exchange

    @property
    def evidence(self) -> tuple[str, ...]:
        """The records that it rests on, in order."""
        used = (self.attempt.redemption.exchange.id,) if self.attempt else ()
        return (self.held.seen_in, self.held.id, *used, self.shown_in.id)


def prize(case: Case) -> Prize | None:
    """What the attack got, if it got anything."""
    return next(_KINDS[case.proof](case), None)


def _data(case: Case) -> Iterator[Prize]:
    """The thief's own token opened the victim's data at userinfo."""
    for attempt in case.attempts():
        for look in read_with(attempt.redemption, case.attack.exchanges(THIEF), case.target):
            if attempt.redemption.token and subject_shown(look) == case.subject:
                text = f"The thief redeemed {attempt.loot.value}, and userinfo showed it the data "
                yield Prize(f"{text}of {case.subject}.", attempt.loot, attempt, look)
    for loot in stolen_tokens(case):
        for look in case.attack.exchanges(THIEF):
            used = token_shown_to_userinfo(look, case.target) == loot.value and look.at >= loot.at
            if used and subject_shown(look) == case.subject:
                text = f"The thief stole {loot.value}, and userinfo showed it the data "
                yield Prize(f"{text}of {case.subject}.", loot, None, look)


def stolen_tokens(case: Case) -> Iterator[Loot]:
    """Access tokens of others that the thief has seen, and not been given."""
    for loot in case.attack.loot("access_token"):
        given = any(
            each.token == loot.value
            for each in redemptions(case.attack.exchanges(THIEF), case.target)
        )
        if not given and case.attack.shows(loot):
            yield loot


def _session(case: Case) -> Iterator[Prize]:
    """The attacker's session at the client shows the victim, and showed nobody before."""
    for attempt in case.attempts():
        for look in _changed_looks(case, attempt.injection):
            if attempt.redemption.token and subject_shown(look) == case.subject:
                text = (
                    f"The client redeemed {attempt.loot.value}, and the attacker's session showed "
                    f"the data of {case.subject}."
                )
                yield Prize(text, attempt.loot, attempt, look)
    yield from _turned(case, case.subject, "The attacker's")


def _forced_session(case: Case) -> Iterator[Prize]:
    """The victim's session at the client shows the attacker, and did not before."""
    for attempt in case.attempts():
        for look in _changed_looks(case, attempt.injection):
            if attempt.redemption.token and subject_shown(look) == case.target.attacker:
                text = (
                    f"The client redeemed {attempt.loot.value}, which is the attacker's own, and "
                    f"the victim's session became that of {case.target.attacker}."
                )
                yield Prize(text, attempt.loot, attempt, look)
    yield from _turned(case, case.target.attacker, "The victim's")


def _turned(case: Case, subject: str, whose: str) -> Iterator[Prize]:
    """The same without a code of its own that the attack had to bring.

    A session that the attacker has prepared, or to which a redirect was brought, shows somebody
    else after than before.
    """
    for loot, began in _come_in_by(case):
        for look in case.looks():
            turned = subject_shown(look) == subject and _showed_another(case, look, subject)
            if turned and look.at >= began and case.attack.shows(loot):
                yield Prize(f"{whose} session became that of {subject}.", loot, None, look)
    for loot, look in _after_a_redirect(case):
        if subject_shown(look) == subject and _showed_another(case, look, subject):
            yield Prize(f"{whose} session became that of {subject}.", loot, None, look)


def _come_in_by(case: Case) -> Iterator[tuple[Loot, str]]:
    """What the attacker comes in by without a code, and since when it may have.

    A session or form of its own counts from when the victim's browser has it, a password of the
    victim's from when it was learned.
    """
    for loot in case.attack.loot(*_PREPARED):
        if given := case.handed_to_victim(loot):
            yield loot, given.at
    yield from ((loot, loot.at) for loot in case.attack.loot("password"))


def _after_a_redirect(case: Case) -> Iterator[tuple[Loot, Exchange]]:
    """Looks at a client that was brought a captured code, and did not present it to the server.

    What it does present says by itself what became of it.
    """
    presented = {attempt.loot.value for attempt in case.attempts()}
    for loot in case.captured():
        for brought in case.brought_to_client():
            of_it = brought.request.query["code"] == loot.value and brought.at >= loot.at
            if of_it and loot.value not in presented:
                yield from ((loot, look) for look in _changed_looks(case, brought))


def _denial(case: Case) -> Iterator[Prize]:
    """The victim's code is refused to the client, after the thief has presented it."""
    for attempt in case.attempts():
        for honest in redemptions(case.attack.exchanges(CLIENT), case.target):
            later = honest.exchange.at >= ended(attempt.redemption.exchange)
            if later and honest.presented == attempt.loot.value and honest.error:
                text = (
                    f"The thief presented {attempt.loot.value}, and then the server refused it to "
                    f"the honest client with {honest.error}."
                )
                yield Prize(text, attempt.loot, attempt, honest.exchange)


def _changed_looks(case: Case, injection: Exchange | None) -> Iterator[Exchange]:
    """Looks at the client after an injection that have their like before it.

    That the earlier ones showed nobody is for :mod:`reports.judgement.doubts` to see.
    """
    assert injection is not None
    looks = list(case.looks())
    earlier = {
        look.request.url for look in looks if ended(look) <= injection.at and _answered(look)
    }
    for look in looks:
        if look.request.url in earlier and look.at >= ended(injection):
            yield look


def _showed_another(case: Case, look: Exchange, subject: str) -> bool:
    """Whether the same page was looked at before, and answered, and did not show this subject."""
    before = [
        each
        for each in case.looks()
        if ended(each) <= look.at and _answered(each) and each.request.url == look.request.url
    ]
    return bool(before) and subject_shown(before[0]) != subject


def _answered(look: Exchange) -> bool:
    return look.response is not None and look.response.status < 500


_KINDS: dict[Proof, Callable[[Case], Iterator[Prize]]] = {
    Proof.TOKEN: _data,
    Proof.SESSION: _session,
    Proof.FORCED_SESSION: _forced_session,
    Proof.DENIAL: _denial,
}
