"""What a page says that did not let somebody in: named where it is known, short, and harmless."""

import re

from victim.sign_in.document import Document
from victim.sign_in.next_step import asks_for_code

_LONGEST = 160
_SECRET = re.compile(r"[\w.~+/=-]{24,}")
_WRONG_PASSWORD = (
    r"(wrong|invalid|incorrect|bad|not match|unknown|unrecogni[sz]ed|falsch|ung.ltig)"
    r".{0,60}(password|credential|user|log.?in|e.?mail|passwor|kennwort)"
    r"|(password|credential|user.?name|log.?in).{0,60}(wrong|invalid|incorrect|not match)"
)
_KNOWN = (
    ("it asks for a captcha", r"captcha|not a robot|are you human|turnstile"),
    ("the account is locked or tried too often", r"lock(ed|out)|too many|temporarily disabled|429"),
    (
        "it asks for a second factor",
        r"second factor|two.?factor|multi.?factor|one.?time|\b(mfa|2fa)\b",
    ),
    ("the user name or the password is wrong", _WRONG_PASSWORD),
    (
        "the password has to be changed",
        r"(change|update|expired).{0,30}password|password.{0,30}expired",
    ),
    ("the page needs a script", r"(enable|requires?|needs?).{0,20}javascript"),
)


def complaint(page: Document, *secrets: str) -> str:
    """Why this page lets nobody past, as far as it says; then its title and its first words."""
    known = [reason for reason, words in _KNOWN if _hears(words, page)]
    if not known and asks_for_code(page):
        known = ["it asks for a second factor"]
    says = harmless(page.text, *secrets) or "nothing"
    title = f"{harmless(page.title, *secrets)!r}, " if page.title else ""
    return f"{known[0] + '; ' if known else ''}{title}it says {says!r}"


def refuses_password(page: Document) -> bool:
    """Whether a page that was given a password says that it is wrong."""
    return _hears(_WRONG_PASSWORD, page)


def _hears(words: str, page: Document) -> bool:
    return re.search(words, f"{page.title} {page.text}", re.IGNORECASE) is not None


def harmless(text: str, *secrets: str) -> str:
    """What somebody else has written, short, and without anything that could be secret."""
    for each in filter(None, secrets):
        text = text.replace(each, "…")
    text = "".join(each if each.isprintable() else " " for each in _SECRET.sub("…", text))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
