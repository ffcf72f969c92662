"""What a person does next on a page of a provider: a pure function of what the page has."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from victim.sign_in.addresses import last_segment
from victim.sign_in.document import Document, Link
from victim.sign_in.forms import Control, Form
from victim.sign_in.login_form import find_login, wants_code
from victim.sign_in.words import ALLOW, ASKS_CONSENT, CONTINUE, DENY, ELSEWHERE, REMEMBER

_OTHER_PERSON = re.compile(f"{ELSEWHERE.pattern}|[?]", re.IGNORECASE)
_ANSWER = frozenset({"code", "error", "state", "id_token", "access_token", "response"})


class Account(Protocol):
    """Whose sign-in it is."""

    @property
    def username(self) -> str:
        """What is typed where the page asks who it is."""
        ...

    @property
    def password(self) -> str:
        """What is typed where it asks for a proof."""
        ...


class Kind(Enum):
    """What a step does; who has done some of them once is not asked again without a reason."""

    USER_NAME = "user name"
    PASSWORD = "password"
    CHOICE = "consent"
    GO_ON = "interstitial"
    ANSWER = "answer to the client"


@dataclass(frozen=True)
class Step:
    """One step: a form with what is typed and ticked in it, sent by a button; or an address.

    ``typed`` and ``ticked`` know the controls of the form by their number.
    """

    kind: Kind
    form: Form | None = None
    typed: Mapping[int, str] = field(default_factory=dict, repr=False)
    ticked: frozenset[int] = frozenset()
    button: Control | None = None
    link: Link | None = None
    url: str = ""

    @property
    def sent(self) -> Form | None:
        """The form as it is sent; nothing, if the step only goes to ``url``."""
        if self.form is None:
            return None
        return self.form.filled_in(self.typed, self.ticked, self.button)


def next_step(
    page: Document, account: Account, at_provider: Callable[[str], bool], *, willing: bool = True
) -> Step | None:
    """What somebody does here who wants to get on; nothing, if only they could know.

    ``willing`` says whether they allow an app what it asks for. ``at_provider`` tells the
    provider's addresses from all others.
    """
    return (
        _answer(page, at_provider)
        or _login(page, account, at_provider, willing)
        or (None if asks_for_code(page) else _beyond_login(page, account, at_provider, willing))
    )


def asks_for_code(page: Document) -> bool:
    """Whether a form wants something that is in no account, such as a one-time code."""
    typed = (each for form in page.forms for each in form.controls if each.is_typed)
    return any(wants_code(each) for each in typed)


def _answer(page: Document, at_provider: Callable[[str], bool]) -> Step | None:
    """The page whose form carries the answer to the client (``response_mode=form_post``)."""
    for form in page.forms:
        if form.is_hidden and not at_provider(form.action) and _ANSWER & form.fields.keys():
            return Step(Kind.ANSWER, form, button=next(iter(form.buttons), None))
    return None


def _login(
    page: Document, account: Account, at_provider: Callable[[str], bool], willing: bool
) -> Step | None:
    found = find_login([form for form in page.forms if at_provider(form.action)])
    if found is None:
        return None
    if not willing and found.button and ALLOW.search(found.button.words):
        # One page that asks for both at once.
        return next(_denials(page), None)
    typed = {}
    if found.user_name is not None:
        typed[found.user_name.number] = account.username
    if found.password is not None:
        typed[found.password.number] = account.password
    kind = Kind.PASSWORD if found.password is not None else Kind.USER_NAME
    return Step(kind, found.form, typed, button=found.button)


def _beyond_login(
    page: Document, account: Account, at_provider: Callable[[str], bool], willing: bool
) -> Step | None:
    denial = next(_denials(page), None)
    asking = [form for form in page.forms if _asks(form, page, denied=denial is not None)]
    if asking and not willing:
        return denial or next(filter(None, map(_left_unticked, asking)), None)
    if asking:
        return _allow(max(asking, key=lambda form: _allows(form.buttons)))
    return _own_account(page, account) or _only_way(page, willing) or _by_itself(page, at_provider)


def _allow(form: Form) -> Step:
    buttons = [each for each in form.buttons if not _turns_away(each)]
    return Step(Kind.CHOICE, form, ticked=_ticked(form), button=max(buttons, key=_readiness))


def _readiness(button: Control) -> tuple[bool, bool, bool]:
    """How much pressing it looks like a yes; what is only in its name counts least."""
    read = f"{button.says} {button.value}"
    by_name = ALLOW.search(button.words)
    return bool(ALLOW.search(read)), bool(CONTINUE.search(read)), bool(by_name)


def _asks(form: Form, page: Document, *, denied: bool) -> bool:
    """Whether a form is a question that can be answered with yes."""
    buttons = [each for each in form.buttons if not _turns_away(each)]
    if not buttons or not _leads_on(form):
        return False
    offered = [*buttons, *(each for each in form.controls if each.is_ticked)]
    return denied or _allows(offered) or bool(ASKS_CONSENT.search(page.text))


def _allows(offered: Iterable[Control]) -> bool:
    return any(ALLOW.search(each.words) for each in offered)


def _denials(page: Document) -> Iterator[Step]:
    for form in page.forms:
        for each in form.buttons:
            if DENY.search(each.words) and not ELSEWHERE.search(each.words):
                yield Step(Kind.CHOICE, form, button=each)
    for link in page.links:
        if DENY.search(link.says) and not _OTHER_PERSON.search(link.says):
            yield Step(Kind.CHOICE, link=link, url=link.url)


def _left_unticked(form: Form) -> Step | None:
    """No said by a choice, or by the box that one does not tick, where the button says nothing."""
    buttons = [each for each in form.buttons if not _turns_away(each)]
    choices = [each for each in form.controls if each.is_ticked and not REMEMBER.search(each.words)]
    refusing = [each for each in choices if DENY.search(f"{each.words} {each.value}")]
    agreeing = [each for each in choices if each not in refusing]
    given = [each for each in agreeing if each.ticked and each.kind == "checkbox"]
    if not choices or not buttons or given or _allows(buttons):
        return None
    if not refusing and any(each.kind == "radio" for each in agreeing):
        return None
    ticked = frozenset(each.number for each in refusing[:1])
    return Step(Kind.CHOICE, form, ticked=ticked, button=buttons[0])


def _turns_away(button: Control) -> bool:
    return bool(DENY.search(button.words) or ELSEWHERE.search(button.words))


def _ticked(form: Form) -> frozenset[int]:
    """Every box but those that the browser is remembered by, and the choices that allow."""
    boxes = [
        each
        for each in form.controls
        if each.is_ticked
        and not (REMEMBER.search(each.words) or DENY.search(f"{each.words} {each.value}"))
    ]
    allowing = [each for each in boxes if ALLOW.search(f"{each.words} {each.value}")]
    return frozenset(each.number for each in boxes if each.kind == "checkbox" or each in allowing)


def _own_account(page: Document, account: Account) -> Step | None:
    """The page that asks which of several accounts it shall be."""
    name = account.username.lower()
    for form in page.forms:
        for each in form.buttons:
            if name in each.words and not _turns_away(each):
                return Step(Kind.GO_ON, form, button=each)
    for link in page.links:
        if name in link.says.lower() and CONTINUE.search(link.says):
            return Step(Kind.GO_ON, link=link, url=link.url)
    return None


def _only_way(page: Document, willing: bool) -> Step | None:
    """The page that wants no more than to be sent on."""
    ways = [form for form in page.forms if _leads_on(form)]
    if len(ways) > 1:
        ways = [form for form in ways if any(CONTINUE.search(b.words) for b in form.buttons)]
    if len(ways) != 1 or (not willing and _allows(ways[0].buttons)):
        return None
    buttons = [each for each in ways[0].buttons if not _turns_away(each)]
    return Step(Kind.GO_ON, ways[0], button=next(iter(buttons), None))


def _leads_on(form: Form) -> bool:
    if any(each.is_typed or each.is_password for each in form.controls):
        return False
    if ELSEWHERE.search(f"{last_segment(form.action)} {form.id}"):
        return False
    if not form.buttons:
        return form.is_hidden and bool(form.fields)
    return not all(_turns_away(each) for each in form.buttons)


def _by_itself(page: Document, at_provider: Callable[[str], bool]) -> Step | None:
    """Where the page goes, or what it shows in its frame, without anybody's doing."""
    if page.refresh:
        return Step(Kind.GO_ON, url=page.refresh)
    onward = [each for each in page.links if CONTINUE.search(each.says)]
    if not page.forms and len(onward) == 1 and not ELSEWHERE.search(onward[0].says):
        return Step(Kind.GO_ON, link=onward[0], url=onward[0].url)
    framed = [each for each in page.frames if at_provider(each)]
    if not page.forms and len(framed) == 1:
        return Step(Kind.GO_ON, url=framed[0])
    return None
