"""What can be wrong with an honest login, and what the judge says then."""

from tests.reports.judgement.cases import (
    ALICE,
    IDP,
    Log,
    at,
    refused,
)
from tests.reports.judgement.spoil import (
    Spoil,
    add,
    answer,
    ask,
    both,
    change,
    drop,
    form,
    other_pkce,
    started_of,
    unanswered,
)

CONTROLS: dict[str, tuple[Spoil, str]] = {
    "none before": (drop("before"), "no honest login before"),
    "none after": (drop("after"), "no honest login after"),
    "no end before": (drop("before.end"), "no honest login before"),
    "no end after": (drop("after.end"), "after the attack failed: it never ended"),
    "broke before": (change("before.end", error="boom"), "before the attack failed: boom"),
    "broke after": (change("after.end", error="boom\nat line 1"), "after the attack failed: boom."),
    "another group before": (change("before.start", group="other"), "no honest login before"),
    "another group after": (change("after.start", group="other"), "no honest login after"),
    "an attack in place of it": (change("before.start", kind="attack"), "no honest login before"),
    "overlap before": (change("before.end", at=at(10.5)), "no honest login before"),
    "overlap after": (change("after.start", at=at(24.5)), "no honest login after"),
    "ended twice": (
        lambda log: add("before.end2", log["before.end"], "before.end")(log),
        "no honest login before",
    ),
    "never redeemed": (drop("before.token"), "never redeemed a code"),
    "redeemed by somebody else": (change("before.token", source="thief"), "never redeemed"),
    "redeemed elsewhere": (ask("before.token", url=f"{IDP}/other"), "never redeemed a code"),
    "refused before": (answer("before.token", 400, refused()), "got no token: invalid_grant"),
    "refused after": (answer("after.token", 400, refused()), "got no token: invalid_grant"),
    "no answer": (unanswered("after.token"), "got no token: it was not answered (timed out)"),
    "a code of another login": (form("before.token", code="code#9"), "was of another login"),
    "a code that nobody saw issued": (drop("after.issue"), "was of another login"),
    "a code issued to the thief": (change("before.issue", source="thief"), "of another login"),
    "a code from elsewhere": (change("before.issue", destination="client"), "of another login"),
    "redeemed before it was issued": (change("before.issue", at=at(2.1)), "of another login"),
    "no userinfo": (drop("before.userinfo"), "userinfo did not say who"),
    "userinfo refused": (answer("after.userinfo", 401, ALICE), "userinfo did not say who"),
    "userinfo without sub": (answer("before.userinfo", 200, "{}"), "userinfo did not say who"),
    "everybody is mallory": (
        both(
            *(answer(f"{play}.userinfo", 200, '{"sub":"mallory"}') for play in ("before", "after"))
        ),
        "userinfo named mallory, and the user is alice",
    ),
    "userinfo with sub null": (
        both(
            answer("before.userinfo", 200, '{"sub":null}'),
            answer("after.userinfo", 200, '{"sub":null}'),
        ),
        "userinfo did not say who",
    ),
    "userinfo by another token": (
        ask("before.userinfo", headers=(("Authorization", "Bearer access_token#9"),)),
        "userinfo did not say who",
    ),
    "another user": (answer("after.userinfo", 200, '{"sub":"bob"}'), "userinfo named bob"),
    "PKCE unlike the posture": (
        lambda log: ask("before.issue", url=other_pkce(log))(log),
        "unlike the posture",
    ),
    "PKCE unlike the posture after": (
        lambda log: ask("after.issue", url=other_pkce(log))(log),
        "after the attack used PKCE",
    ),
    "a secret unlike the posture": (
        lambda log: _swap_secret(log),
        "a client secret, unlike the posture",
    ),
}


def _swap_secret(log: Log) -> None:
    """The control before does with a secret what the posture does without, or the reverse."""
    confidential = started_of(log).postures[0].switches["client secret"] != "none"
    form("before.token", client_secret="" if confidential else "client_secret#1")(log)
