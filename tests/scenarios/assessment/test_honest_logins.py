"""What honest logins have shown, told for each client; how they are read, preflight tests."""

from scenarios.assessment.honest_logins import HonestLogin, Preflight


def test_troubles_come_one_for_each_login_that_failed() -> None:
    good, bad = HonestLogin("web", "alice", ""), HonestLogin("spa", "", "it broke")
    looked = Preflight((good, bad), (HonestLogin("web", "mallory", "no form"), bad), ())

    assert looked.troubles == [
        "the victim cannot sign in at client spa: it broke",
        "the attacker cannot sign in at client web: no form",
        "the attacker cannot sign in at client spa: it broke",
    ]
    assert looked.trouble_at("web") == "the attacker cannot sign in at client web: no form"
    assert looked.trouble_at("spa") == "the victim cannot sign in at client spa: it broke"
    assert looked.trouble_at("phone") == ""


def test_accounts_are_compared_client_by_client() -> None:
    # OpenID Connect Core section 8.1: pairwise subjects mean nothing at another client.
    victim = (HonestLogin("web", "1", ""), HonestLogin("spa", "2", ""))
    attacker = (HonestLogin("web", "2", ""), HonestLogin("spa", "1", ""))

    assert Preflight(victim, attacker, ()).troubles == []
    assert len(Preflight(victim, victim, ()).troubles) == 2


def test_what_has_kept_them_in_a_real_browser_is_told_once() -> None:
    kept = HonestLogin("web", "", "no form here", kept=True)

    told = Preflight((kept,), (), (), in_browser="it asks for a code").troubles
    assert told[-1] == "nor in a real browser: it asks for a code"
    assert len(told) == 2
    assert len(Preflight((kept,), (), (), in_browser="no form here").troubles) == 1


def test_only_who_was_kept_at_a_page_of_the_provider_may_get_further_in_a_browser() -> None:
    kept, broken = (HonestLogin("web", "", "why", kept=each) for each in (True, False))

    assert Preflight((broken,), (kept,), ()).kept
    assert not Preflight((broken,), (broken,), ()).kept
