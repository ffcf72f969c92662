import pytest

from victim.sign_in.document import read
from victim.sign_in.login_form import find_login

USER = "<input name=user>"
WORD = "<input type=password name=word>"


def fields(html: str) -> tuple[str, str, str]:
    """The names of the user's field, the password's and the button's."""
    found = find_login(read(html, "https://a.test/").forms)
    if found is None:
        return "", "", ""
    chosen = (found.user_name, found.password, found.button)
    name, word, button = (each.name if each else "-" for each in chosen)
    return name, word, button


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (f"<form>{USER}{WORD}<button name=go>Log in", ("user", "word", "go")),
        (f"<form><button name=x>No</button>{USER}{WORD}<button name=go>OK",
         ("user", "word", "go")),
        (f"<form><input name=x>{WORD}", ("x", "word", "-")),
        (f"<form><input name=tenant>{USER}{WORD}", ("user", "word", "-")),
        ("<form><input type=email name=mail><button name=go>Next", ("mail", "-", "go")),
        (f"<form>{WORD}<button name=go>Sign in", ("-", "word", "go")),
        (f"<form><button name=g>Sign in with Google</button>{USER}{WORD}<button name=go>Sign in",
         ("user", "word", "go")),
        (f"<form action=/register>{USER}{WORD}</form><form>{USER}<input type=password name=two>",
         ("user", "two", "-")),
        (f"<form>{WORD}{WORD}", ("", "", "")),
        ("<form><input name=otp autocomplete=one-time-code>", ("", "", "")),
        ("<form><input name=q><button>Go", ("", "", "")),
        ("<form><input name=email><button>Subscribe", ("", "", "")),
        (f"<form>{USER}<input type=password name=x style='display: none'>", ("user", "-", "-")),
    ],
)  # fmt: skip
def test_the_form_to_sign_in_with_is_told_from_others(
    html: str, found: tuple[str, str, str]
) -> None:
    assert fields(html) == found
