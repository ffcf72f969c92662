"""Prizes: what shows that an attack got what it was after, one way for each kind of proof.

A token is no prize, and neither is a login that merely ended: somebody must have been shown the
wrong person's data, or have been kept from their own.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from reports.actors import CLIENT
from reports.judgement.case import Attempt, Case
from reports.judgement.redemption import ended, redemptions
from reports.judgement.token_use import token_uses
from reports.records import Exchange, Handover, Loot, Proof


class Prize(NamedTuple):
    """What the attack got: the records that show it, the last of which settles it.

    ``held`` is what it captured for that, ``attempt`` how it presented it to the server, if it had
    to, and ``event`` how it came in by it where it had not.
    """

    text: str
    held: Loot
    attempt: Attempt | None
    shown_in: Exchange
    event: Exchange | Handover | None = None

    @property
    def evidence(self) -> tuple[str, ...]:
        """The records that it rests on, in order."""
        used = self.attempt.redemption.exchange if self.attempt else self.event
        by = (used.id,) if used else ()
        return (self.held.seen_in, self.held.id, *by, self.shown_in.id)


def prize(case: Case) -> Prize | None:
    """What the attack got, if it got anything."""
    return next(_KINDS[case.proof](case), None)


def _data(case: Case) -> Iterator[Prize]:
    """The thief's own token opened the victim's data at userinfo."""
    for loot, attempt, look in token_uses(case):
        if case.shows_wanted(look):
            how = "redeemed" if attempt else "stole"
            text = (
                f"The thief {how} {loot.value}, and userinfo showed it the data of {case.wanted}."
            )
            yield Prize(text, loot, attempt, look)


def _session(case: Case) -> Iterator[Prize]:
    """The attacker's session at the client shows the victim, and did not before."""
    for attempt, look in _turned_by_code(case):
        text = (
            f"The client redeemed {attempt.loot.value}, and the attacker's session showed "
            f"the data of {case.wanted}."
        )
        yield Prize(text, attempt.loot, attempt, look)
    yield from _turned(case, "The attacker's")


def _forced_session(case: Case) -> Iterator[Prize]:
    """The victim's session at the client shows the attacker, and did not before."""
    for attempt, look in _turned_by_code(case):
        text = (
            f"The client redeemed {attempt.loot.value}, which is the attacker's own, and "
            f"the victim's session became that of {case.wanted}."
        )
        yield Prize(text, attempt.loot, attempt, look)
    yield from _turned(case, "The victim's")


def _turned_by_code(case: Case) -> Iterator[tuple[Attempt, Exchange]]:
    """A code that the client was brought, and redeemed, and what its session shows since then."""
    for attempt in case.attempts():
        if attempt.injection and attempt.redemption.token:
            yield from ((attempt, look) for look in case.turned_by(attempt.injection))


def _turned(case: Case, whose: str) -> Iterator[Prize]:
    """The same without a code that the client redeems because of the attack."""
    for loot, event in (*_came_in_by(case), *_brought_again(case)):
        for look in case.turned_by(event):
            text = f"{whose} session became that of {case.wanted}."
            yield Prize(text, loot, None, look, event)


def _came_in_by(case: Case) -> Iterator[tuple[Loot, Exchange | Handover]]:
    """What needs no code: own things in the victim's browser, the victim's password in one's own.

    A session or form of the attacker's is nothing before the victim's browser has it.
    """
    for kinds, passed_on in (
        (("session", "form"), case.handed_to_victim),
        (("password",), case.used_by_attacker),
    ):
        for loot in case.attack.loot(*kinds):
            if case.attack.shows(loot) and (event := passed_on(loot)):
                yield loot, event


def _brought_again(case: Case) -> Iterator[tuple[Loot, Exchange]]:
    """Captured codes that are used up, which the client was brought and did not present again.

    What it does present says by itself what became of it, and a code that nobody has presented
    signs nobody in: there the log lacks something.
    """
    presented = {attempt.loot.value for attempt in case.attempts()}
    for loot in case.captured():
        used = [each.exchange.at for each in case.presented.get(loot.value, ())]
        for brought in case.brought_to_client():
            of_it = brought.request.parameters["code"] == loot.value and brought.at >= loot.at
            if of_it and loot.value not in presented and any(at <= brought.at for at in used):
                yield loot, brought


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


_KINDS: dict[Proof, Callable[[Case], Iterator[Prize]]] = {
    Proof.TOKEN: _data,
    Proof.SESSION: _session,
    Proof.FORCED_SESSION: _forced_session,
    Proof.DENIAL: _denial,
}
