"""Refusals of the honest client: an answer, or a session, that it does not take."""

from collections.abc import Iterator

from reports.actors import CLIENT, VICTIM_BROWSER
from reports.judgement.authorization import answer_of, conversation, status_of
from reports.judgement.case import Case
from reports.judgement.redemption import ended, is_refusal, subject_shown
from reports.judgement.refused import Refused
from reports.records import Exchange, Proof


def at_client(case: Case) -> Iterator[Refused]:
    """The client turns an answer down, and nobody is signed in who should not be."""
    for loot in case.captured():
        for brought in case.brought_to_client():
            of_it = brought.request.parameters["code"] == loot.value and brought.at >= loot.at
            looks = [look for _, look in case.looks_around(brought) if _tells(look)]
            if of_it and is_refusal(brought) and looks:
                yield Refused(
                    f"The client turned {loot.value} down",
                    (loot.seen_in, loot.id, brought.id, looks[-1].id),
                    brought.id,
                    "RFC9700#4.7",
                )


def _tells(look: Exchange) -> bool:
    """Whether an answer says who is signed in, or that nobody is."""
    return is_refusal(look) or status_of(look) == "200"


def by_own_session(case: Case) -> Iterator[Refused]:
    """The client signs the victim in, and not to the session that the attacker has prepared.

    The victim was given that session by a link or a cookie, and got another.
    """
    for loot in case.attack.loot("session"):
        given = case.handed_to_victim(loot)
        if given is None or case.proof is not Proof.SESSION or not case.attack.shows(loot):
            continue
        shown = [
            each
            for each in case.attack.exchanges(VICTIM_BROWSER)
            if each.destination == CLIENT
            and each.at >= given.at
            and subject_shown(each, case.target) == case.subject
        ]
        later = [look for _, look in case.looks_around(shown[-1])] if shown else []
        if later and is_refusal(later[-1]):
            yield Refused(
                f"The client signed {case.subject} in to another session than {loot.value}",
                (loot.seen_in, loot.id, given.id, shown[-1].id, later[-1].id),
                later[-1].id,
                "RFC9700#4.7",
            )


def at_asker(case: Case) -> Iterator[Refused]:
    """The client turns down the answer to a request that a server of the attacker's has written.

    Its code went to the client and no further: nothing that the attacker saw has it.
    """
    brought = [each for each in case.attack.exchanges(VICTIM_BROWSER) if each.destination == CLIENT]
    for loot in case.attack.loot("authorization_request"):
        for issue in conversation(case, loot):
            code = answer_of(issue).get("code", "")
            for answer in brought if code and not case.attack.thieves_saw(code) else ():
                of_it = answer.request.parameters.get("code") == code and answer.at >= ended(issue)
                if of_it and is_refusal(answer):
                    yield Refused(
                        f"The client turned {code} down, which another server gave out than it "
                        "had asked",
                        (loot.id, issue.id, answer.id),
                        answer.id,
                        "RFC9207#2.4",
                    )
