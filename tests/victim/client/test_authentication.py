"""A client shows its secret in one way, and its name in a second place only where it is to."""

from base64 import b64encode

import pytest

from victim.client.authentication import Authentication

BASIC = {"Authorization": f"Basic {b64encode(b'web+app:a%3Ab').decode()}"}


@pytest.mark.parametrize(
    ("secret", "in_header", "named", "form", "headers"),
    [
        (None, False, False, {"client_id": "web app"}, {}),
        (None, True, True, {"client_id": "web app"}, {}),
        ("a:b", False, False, {"client_id": "web app", "client_secret": "a:b"}, {}),
        ("a:b", False, True, {"client_id": "web app", "client_secret": "a:b"}, {}),
        ("a:b", True, False, {}, BASIC),
        ("a:b", True, True, {"client_id": "web app"}, BASIC),
    ],
)
def test_a_secret_travels_by_one_way(
    secret: str | None, in_header: bool, named: bool, form: dict[str, str], headers: dict[str, str]
) -> None:
    shown = Authentication("web app", secret, in_header, named)

    assert (shown.form, shown.headers) == (form, headers)


def test_a_secret_is_not_in_its_repr() -> None:
    assert "s3cret" not in repr(Authentication("app", "s3cret", in_header=True))
