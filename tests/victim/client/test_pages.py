import pytest
from starlette.responses import HTMLResponse

from victim.client import pages

HOSTILE = "<script>alert(1)</script>{title}{0}\"'&"


def test_a_hostile_name_stays_text() -> None:
    page = bytes(pages.signed_in({"name": HOSTILE, "sub": HOSTILE}).body).decode()

    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{title}{0}") == 2


def test_a_hostile_reason_stays_text() -> None:
    page = pages.failed(HOSTILE)

    assert b"<script>" not in bytes(page.body)
    assert page.status_code == 400


def test_who_is_signed_in_is_named() -> None:
    page = pages.signed_in({"name": "Alice", "sub": "alice-1"})

    assert page.status_code == 200
    assert b"Welcome, Alice (alice-1)." in bytes(page.body)


@pytest.mark.parametrize("page", [pages.signed_in({}), pages.failed("why", 404)])
def test_no_page_gives_its_address_away(page: HTMLResponse) -> None:
    # The address of the page after a redirect holds the code (RFC 9700 section 4.2.4).
    assert page.headers["referrer-policy"] == "no-referrer"
