import pytest

from victim.sign_in.complaint import complaint, refuses_password
from victim.sign_in.document import Document, read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Invalid username or password.", "password is wrong"),
        ("Your password is not correct: it does not match", "password is wrong"),
        ("Your account has been locked.", "locked"),
        ("Too many attempts, try later", "too often"),
        ("Please solve the CAPTCHA", "captcha"),
        ("Enter your one-time code", "second factor"),
        ("You need to change your password", "has to be changed"),
        ("Please enable JavaScript", "script"),
    ],
)
def test_what_is_known_is_named(text: str, reason: str) -> None:
    assert reason in complaint(Document(text=text))


def test_a_code_that_is_asked_for_is_a_second_factor() -> None:
    page = read("<form><input autocomplete=one-time-code>", "https://a.test/")
    assert "second factor" in complaint(page)


def test_what_a_page_says_is_short_and_without_secrets_and_control_characters() -> None:
    said = complaint(Document(text=f"hunter2 \x1b[31m {'k' * 40} {'long ' * 100}"), "hunter2")

    assert "hunter2" not in said
    assert "kkk" not in said
    assert "\x1b" not in said
    assert len(said) < 250


def test_only_a_page_that_says_that_a_password_is_wrong_refuses_it() -> None:
    assert refuses_password(Document(title="Sign in", text="Invalid username or password."))
    assert not refuses_password(Document(title="Sign in", text="Forgot your password?"))
