"""What else is on the pages of a client: things of other sites, and what these are told.

A page that a redirect has led to has the code in its address. Whatever it loads from elsewhere may
be told that address, and a script from elsewhere can read it (RFC 9700 section 4.2.1).
"""

from dataclasses import dataclass

from victim.client.endpoint import Endpoint


@dataclass(frozen=True)
class Company:
    """What a page has below its text (``html``), and how much of its address it gives away."""

    html: str = ""
    referrer_policy: str = "no-referrer"


ALONE = Company()
"""Nothing of anybody else's."""


def of_signed_in(endpoint: Endpoint) -> Company:
    """What is on the page that ends a login."""
    leaks = endpoint.habits.callback_leaks_referrer
    html = _badge(endpoint) + _word_to_opener(endpoint)
    return Company(html, "unsafe-url" if leaks else "no-referrer")


def of_failed(endpoint: Endpoint) -> Company:
    """What is on the page of a login that did not work, where the code may still be unused."""
    scripted = endpoint.partner and endpoint.habits.third_party_script_on_error_page
    script = f'<script src="{endpoint.partner}/counter.js"></script>' if scripted else ""
    return Company(_badge(endpoint) + script + _word_to_opener(endpoint))


def _word_to_opener(endpoint: Endpoint) -> str:
    """What tells the page that has opened this one how the login went (RFC 9700 section 4.17)."""
    if not endpoint.habits.answer_posted_to_any_opener:
        return ""
    return "<script>opener?.postMessage(location.href, '*')</script>"


def _badge(endpoint: Endpoint) -> str:
    """A picture from a partner's site, as many pages have one."""
    return f'<img src="{endpoint.partner}/badge.svg" alt="">' if endpoint.partner else ""
