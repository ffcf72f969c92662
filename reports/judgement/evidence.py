"""Evidence: what the log of a run proves about one honest login, or one attack.

Pure functions over records. Nothing here concludes; each finding names the records it rests on.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reports.actors import ATTACKER_BROWSER, CLIENT, IDENTITY_PROVIDER, THIEVES, VICTIM_BROWSER
from reports.judgement.asked import asked_for, asks
from reports.judgement.redemption import (
    Redemption,
    ended,
    read_with,
    redemptions,
    subject_shown,
)
from reports.records import (
    Exchange,
    Handover,
    Loot,
    PlayFinished,
    PlayStarted,
    Record,
    Target,
)
from reports.runlog import StoredRun


@dataclass(frozen=True)
class PlayEvidence:
    """The records of one play, in the order in which things began."""

    started: PlayStarted
    finished: PlayFinished | None
    records: tuple[Record, ...]

    @property
    def ran_to_the_end(self) -> bool:
        """Whether the script did all that it says."""
        return self.finished is not None and not self.finished.error

    def exchanges(self, *sources: str) -> Iterator[Exchange]:
        """What these actors sent."""
        found = (record for record in self.records if isinstance(record, Exchange))
        return (exchange for exchange in found if exchange.source in sources)

    def issue(self, code: str, browser: str = VICTIM_BROWSER) -> Exchange | None:
        """The exchange in which the provider gave a code to a browser, if it did."""
        for exchange in self.exchanges(browser):
            answer = exchange.response
            shown = f"{answer.header('location')}\n{answer.body}" if answer else ""
            if exchange.destination == IDENTITY_PROVIDER and mentions(shown, code):
                return exchange
        return None

    def loot(self, *kinds: str) -> Iterator[Loot]:
        """What the attacker says that it has learned, of these kinds."""
        for record in self.records:
            if isinstance(record, Loot) and record.kind in kinds and record.value:
                yield record

    def captured_codes(self) -> Iterator[Loot]:
        """Codes of the victim's that the thief learned where it could, and can show where."""
        return self._codes(VICTIM_BROWSER)

    def own_codes(self) -> Iterator[Loot]:
        """Codes of logins with the attacker's own account."""
        return self._codes(ATTACKER_BROWSER)

    def _codes(self, browser: str) -> Iterator[Loot]:
        for loot in self.loot("code"):
            issue = self.issue(loot.value, browser)
            if issue and issue.at <= loot.at and self.shows(loot):
                yield loot

    def shows(self, loot: Loot) -> bool:
        """Whether the record in which the attacker has seen a value shows it to the attacker."""
        return self.shown_in(loot) is not None

    def shown_in(self, loot: Loot) -> Exchange | Handover | None:
        """The record in which the attacker has seen a value, if that shows it to the attacker."""
        for record in self.records:
            match record:
                case Exchange() | Handover() if record.id == loot.seen_in and is_thiefs(record):
                    if record.at <= loot.at and mentions(text_of(record), loot.value):
                        return record
        return None

    def thieves_saw(self, value: str) -> bool:
        """Whether a value is in anything that the attacker took part in."""
        return any(
            is_thiefs(record) and mentions(text_of(record), value)
            for record in self.records
            if isinstance(record, Exchange | Handover)
        )

    def pkce(self, code: str, target: Target, browser: str = VICTIM_BROWSER) -> str:
        """The ``code_challenge_method`` of the login that a code came from; ``none`` without.

        ``unknown``, which fits no posture, where the browser carried it in a way that shows nobody
        what counts.
        """
        issue = self.issue(code, browser)
        asked = [
            exchange
            for exchange in self.exchanges(browser)
            if exchange.request.endpoint == target.authorization_endpoint
            and asks(exchange)
            and issue is not None
            and exchange.at <= issue.at
        ]
        request = asked_for(asked[-1], self.exchanges(CLIENT), target) if asked else {}
        if request is None:
            return "unknown"
        # RFC 7636 section 4.3: plain is meant where no method is named.
        method = request.get("code_challenge_method", "plain")
        # A form that takes the request along has a field for a challenge also where there is none.
        return method if request.get("code_challenge") else "none"


def plays(run: StoredRun) -> tuple[PlayEvidence, ...]:
    """The evidence of every play. One that began or ended twice never ran to its end."""
    records = run.by_play()
    return tuple(_play(start, records[start.play]) for start in run.of(PlayStarted))


def _play(start: PlayStarted, records: list[Record]) -> PlayEvidence:
    starts = [record for record in records if isinstance(record, PlayStarted)]
    ends = [record for record in records if isinstance(record, PlayFinished)]
    finished = ends[0] if len(starts) == len(ends) == 1 else None
    return PlayEvidence(start, finished, tuple(records))


@dataclass(frozen=True)
class Control:
    """An honest login. It holds when ``subject`` is known; otherwise ``trouble`` says why not.

    ``pkce`` is the method that its authorization request named, on the wire.
    """

    play: PlayEvidence
    redemption: Redemption | None = None
    subject: str = ""
    trouble: str = ""
    pkce: str = ""


def control(play: PlayEvidence, target: Target) -> Control:
    """What an honest login proves: the client redeemed its code and learned who the user is.

    Whoever that is, where the target does not say as whom it knows the victim.
    """
    if not play.ran_to_the_end:
        error = play.finished.error if play.finished else "it never ended"
        return Control(play, trouble=error.splitlines()[0])
    sent = list(play.exchanges(CLIENT))
    redemption = next((each for each in redemptions(sent, target) if each.code), None)
    if redemption is None:
        return Control(play, trouble="the honest client never redeemed a code")
    if not redemption.token:
        answer = redemption.error or redemption.trouble
        return Control(play, redemption, trouble=f"the honest client got no token: {answer}")
    issue = play.issue(redemption.code)
    if issue is None or ended(issue) > redemption.exchange.at:
        return Control(play, redemption, trouble="the code it redeemed was of another login")
    for exchange in read_with(redemption, sent, target):
        subject = subject_shown(exchange, target)
        if subject and target.victim and subject != target.victim:
            trouble = f"userinfo named {subject}, and the user is {target.victim}"
            return Control(play, redemption, trouble=trouble)
        if subject:
            return Control(play, redemption, subject, pkce=play.pkce(redemption.code, target))
    return Control(play, redemption, trouble="userinfo did not say who the user is")


def nearest_controls(
    attack: PlayEvidence, everything: Iterable[PlayEvidence], target: Target
) -> tuple[Control | None, Control | None]:
    """The nearest honest logins of the same group, ended before and begun after the attack."""
    group, began = attack.started.group, attack.started.at
    end = attack.finished.at if attack.finished else ""
    logins = [p for p in everything if p.started.kind == "control" and p.started.group == group]
    # A login that never ended may still have been going on during the attack.
    before = [p for p in logins if p.finished and p.finished.at <= began]
    after = [p for p in logins if end and p.started.at >= end]
    last = max(before, key=lambda play: play.started.at, default=None)
    first = min(after, key=lambda play: play.started.at, default=None)
    return (
        control(last, target) if last else None,
        control(first, target) if first else None,
    )


def is_thiefs(record: Exchange | Handover) -> bool:
    """Whether the attacker took part in it."""
    return bool(THIEVES & {record.source, record.destination})


def mentions(text: str, value: str) -> bool:
    """Whether a value, or the label of a secret, occurs in a text."""
    # Labels are numbered: code#1 must not be found in code#12.
    return re.search(rf"(?<![a-z_]){re.escape(value)}(?![0-9])", text) is not None


def text_of(record: Exchange | Handover) -> str:
    """All that the parties of a record said to each other."""
    if isinstance(record, Handover):
        return record.content
    answer = record.response
    shown = [record.request.url, record.request.body, *_values(record.request.headers)]
    if answer is not None:
        shown += [answer.body, *_values(answer.headers)]
    return "\n".join(shown)


def _values(headers: tuple[tuple[str, str], ...]) -> list[str]:
    return [value for _, value in headers]
