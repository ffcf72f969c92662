"""Which of a page's forms is the one to sign in with."""

from collections.abc import Collection
from dataclasses import dataclass

from victim.sign_in.addresses import last_segment
from victim.sign_in.forms import Control, Form
from victim.sign_in.words import DENY, ELSEWHERE, ONE_TIME_CODE, SIGN_IN, USER_NAME


@dataclass(frozen=True)
class LoginForm:
    """A form to sign in with; with one of the two fields only, where there is a page for each."""

    form: Form
    user_name: Control | None
    password: Control | None
    button: Control | None


def find_login(forms: Collection[Form]) -> LoginForm | None:
    """The form that a person signs in with.

    Forms that make an account or change a password have a second password in them, or say so.
    """
    read = [_with_password(form) for form in forms]
    found = [each for each in read if each is not None]
    if not found:
        read = [_with_name_only(form) for form in forms]
        found = [each for each in read if each is not None]
    return max(found, key=lambda each: _likeness(each.form), default=None)


def wants_code(control: Control) -> bool:
    """Whether a field is for something that is in no account, such as a one-time code."""
    return bool(ONE_TIME_CODE.search(control.words)) and not _names_user(control)


def _with_password(form: Form) -> LoginForm | None:
    passwords = [each for each in form.controls if each.is_password]
    if len(passwords) != 1 or passwords[0].autocomplete == "new-password":
        return None
    password = passwords[0]
    if wants_code(password):
        return None
    return LoginForm(form, _user_name(form, alone=False), password, _button(form))


def _with_name_only(form: Form) -> LoginForm | None:
    user_name = _user_name(form, alone=True)
    button = _button(form)
    if user_name is None or (form.buttons and button is None):
        return None
    return LoginForm(form, user_name, None, button)


def _user_name(form: Form, *, alone: bool) -> Control | None:
    typed = [each for each in form.controls if each.is_typed and not wants_code(each)]
    named = [each for each in typed if _names_user(each)]
    if named:
        return max(named, key=lambda each: "username" in each.autocomplete)
    return typed[0] if typed and not alone else None


def _names_user(control: Control) -> bool:
    return control.kind == "email" or bool(USER_NAME.search(control.words))


def _button(form: Form) -> Control | None:
    onward = [
        each
        for each in form.buttons
        if not ELSEWHERE.search(each.words) and not DENY.search(each.words)
    ]
    return max(onward, key=_signs_in, default=None)


def _signs_in(button: Control) -> tuple[bool, bool]:
    return button.kind != "button", bool(SIGN_IN.search(button.words))


def _likeness(form: Form) -> tuple[bool, bool]:
    """How much a form looks like one to sign in with; the page's first wins where all is even."""
    words = f"{last_segment(form.action)} {form.id} {' '.join(b.words for b in form.buttons)}"
    current = any(each.autocomplete == "current-password" for each in form.controls)
    return not ELSEWHERE.search(words), current
