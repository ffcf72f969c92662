"""A case: all that there is to judge one cell by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from reports.actors import ATTACKER_BROWSER, CLIENT, THIEF, VICTIM_BROWSER
from reports.judgement.evidence import Control, PlayEvidence, mentions, text_of
from reports.judgement.redemption import Redemption, ended, redemptions, subject_shown
from reports.records import (
    Deviation,
    Exchange,
    Handover,
    Loot,
    PostureInfo,
    Proof,
    ScenarioInfo,
    Target,
)

_AT_CLIENT = {Proof.SESSION: ATTACKER_BROWSER, Proof.FORCED_SESSION: VICTIM_BROWSER}
"""Whose browser brings the client a code, where the prize is a session."""


class Attempt(NamedTuple):
    """Something captured that was presented to the token endpoint, by the thief or the client.

    ``injection`` is the exchange in which a browser handed the code to the client, if one did.
    """

    loot: Loot
    redemption: Redemption
    injection: Exchange | None = None


@dataclass(frozen=True)
class Case:
    """The attack, and the honest logins around it.

    ``presented`` has every token request of the run, by what it presented.
    """

    scenario: ScenarioInfo
    posture: PostureInfo
    target: Target
    attack: PlayEvidence
    before: Control | None
    after: Control | None
    presented: dict[str, list[Redemption]]

    @property
    def proof(self) -> Proof:
        """What the attack is after."""
        return self.scenario.proof

    @property
    def subject(self) -> str:
        """Who the victim is, by the honest login before."""
        return self.before.subject if self.before else ""

    @property
    def registered(self) -> str:
        """The redirect URI of the client, by the honest login before."""
        honest = self.before.redemption if self.before else None
        return honest.form.get("redirect_uri", "") if honest else ""

    @property
    def client_id(self) -> str:
        """What the client is called, by the honest login before."""
        if self.before is None or self.before.redemption is None:
            return ""
        asked = [
            exchange.request.query.get("client_id", "")
            for exchange in self.before.play.exchanges(VICTIM_BROWSER)
            if exchange.request.endpoint == self.target.authorization_endpoint
        ]
        return self.before.redemption.form.get("client_id") or next(filter(None, asked), "")

    @property
    def wanted(self) -> str:
        """Whom somebody must be shown who should not be; empty where that is not known."""
        return self.target.attacker if self.proof is Proof.FORCED_SESSION else self.subject

    def shows_wanted(self, look: Exchange) -> bool:
        """Whether an answer shows the wrong person's data."""
        return bool(self.wanted) and subject_shown(look, self.target) == self.wanted

    @property
    def carrier(self) -> str:
        """The browser that brings codes to the client; empty where the thief redeems itself."""
        return _AT_CLIENT.get(self.proof, "")

    def deviates(self, what: Deviation) -> bool:
        """Whether the attack changes this on purpose."""
        return what in self.scenario.deviates

    def captured(self) -> tuple[Loot, ...]:
        """What the attacker holds and may present, in the order in which it was learned."""
        if self.proof is Proof.FORCED_SESSION:
            return tuple(self.attack.own_codes())
        refresh_tokens = (each for each in self.attack.loot("refresh_token") if self._seen(each))
        return (*self.attack.captured_codes(), *refresh_tokens)

    def _seen(self, loot: Loot) -> bool:
        return self.attack.shows(loot)

    def issue(self, code: str) -> Exchange | None:
        """The exchange in which the provider gave out a captured code."""
        return self.attack.issue(code, self.owner)

    @property
    def owner(self) -> str:
        """The browser whose login a captured code comes from."""
        return ATTACKER_BROWSER if self.proof is Proof.FORCED_SESSION else VICTIM_BROWSER

    def attempts(self) -> Iterator[Attempt]:
        """Every time that something captured was presented, in order."""
        captured = self.captured()
        actor = CLIENT if self.carrier else THIEF
        for redemption in redemptions(self.attack.exchanges(actor), self.target):
            held = (loot for loot in captured if loot.value == redemption.presented)
            loot = next((loot for loot in held if loot.at <= redemption.exchange.at), None)
            if loot is None:
                continue
            if not self.carrier:
                yield Attempt(loot, redemption)
            elif injection := self._injection(loot, redemption):
                yield Attempt(loot, redemption, injection)

    def _injection(self, loot: Loot, redemption: Redemption) -> Exchange | None:
        """How a browser made the client redeem a code: it was still waiting for the answer."""
        for exchange in self.brought_to_client():
            waiting = loot.at <= exchange.at <= redemption.exchange.at <= ended(exchange)
            if exchange.request.parameters.get("code") == loot.value and waiting:
                return exchange
        return None

    def brought_to_client(self) -> Iterator[Exchange]:
        """The answers that the carrier has brought to the client."""
        for exchange in self.attack.exchanges(self.carrier):
            if exchange.destination == CLIENT and "code" in exchange.request.parameters:
                yield exchange

    def looks(self) -> Iterator[Exchange]:
        """How the carrier has asked the client who is signed in."""
        for exchange in self.attack.exchanges(self.carrier):
            if exchange.destination == CLIENT and not exchange.request.parameters:
                yield exchange

    def looks_around(self, event: Exchange | Handover) -> Iterator[tuple[Exchange, Exchange]]:
        """The last look at a page of the client before something, and each of the same after it."""
        for look in self.looks():
            before = [
                each
                for each in self.looks()
                if each.request.url == look.request.url
                and ended(each) <= event.at
                and _answered(each)
            ]
            if before and look.at >= (ended(event) if isinstance(event, Exchange) else event.at):
                yield before[-1], look

    def turned_by(self, event: Exchange | Handover) -> Iterator[Exchange]:
        """Looks at a session that shows since then whom it should not, and did not before."""
        for before, after in self.looks_around(event):
            if self.shows_wanted(after) and not self.shows_wanted(before):
                yield after

    def handed_to_victim(self, loot: Loot) -> Exchange | Handover | None:
        """The first record in which the victim's browser has what the attacker had before."""
        return self._passed_on(loot, VICTIM_BROWSER)

    def used_by_attacker(self, loot: Loot) -> Exchange | Handover | None:
        """The first record in which the attacker's browser has what the attacker had before."""
        return self._passed_on(loot, ATTACKER_BROWSER)

    def _passed_on(self, loot: Loot, browser: str) -> Exchange | Handover | None:
        for record in self.attack.records:
            match record:
                case Exchange(source=actor) | Handover(destination=actor):
                    if actor == browser and _mentions_later(record, loot):
                        return record
        return None


def _answered(look: Exchange) -> bool:
    return look.response is not None and look.response.status < 500


def _mentions_later(record: Exchange | Handover, loot: Loot) -> bool:
    return record.at >= loot.at and mentions(text_of(record), loot.value)
