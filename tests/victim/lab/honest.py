"""An honest client and its user, who knows nothing but the target file; for tests of real servers.

Drives whatever forms the server shows, without a browser: fills what looks like a user name and a
password, keeps what is hidden, and agrees.
"""

import base64
import hashlib
import secrets
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

MOST_STEPS = 20
PAGES = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
"""What a browser asks for; some servers show their sign-in to nobody else."""
AGREES = ("allow", "yes", "accept", "approve", "authorize", "continue", "confirm")


@dataclass
class Form:
    """A form of a page: where it goes, what it sends as it stands, its buttons as name and text."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def filled(self, username: str, password: str) -> dict[str, str]:
        """What a user sends who signs in, or agrees."""
        asks_who = "password" in self.kinds.values()
        values = dict(self.values) if asks_who else self.boxes | self.values
        for name, kind in self.kinds.items():
            if kind == "password":
                values[name] = password
            elif kind in ("text", "email"):
                values[name] = username
        pressed = next((one for one in self.buttons if self._agrees(one)), None)
        if pressed := pressed or next(iter(self.buttons), None):
            values |= {pressed[0]: pressed[1]} if pressed[0] else {}
        return values

    @staticmethod
    def _agrees(button: tuple[str, str, str]) -> bool:
        return any(word in " ".join(button).lower() for word in AGREES)


class Forms(HTMLParser):
    """Finds the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a field or a button."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self._inside = True
        elif self._inside and tag in ("input", "button"):
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form."""
        self._inside = self._inside and tag != "form"

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form, name, value = self.found[-1], given.get("name", ""), given.get("value", "")
        kind = given.get("type", "text" if tag == "input" else "submit").lower()
        if kind in ("submit", "button", "image"):
            form.buttons.append((name, value, given.get("id", "")))
        elif name and (kind not in ("checkbox", "radio") or "checked" in given or kind == "radio"):
            form.values.setdefault(name, value)
            form.kinds[name] = kind
        elif name:
            form.boxes.setdefault(name, value or "on")  # what a user ticks who allows it


class HonestClient:
    """One client of a target file, at the server that the file describes."""

    def __init__(self, http: httpx.Client, target: Path, client: str) -> None:
        self.http = http
        self._folder = target.parent
        self.target: dict[str, Any] = tomllib.loads(target.read_text())
        self.own: dict[str, Any] = self.target["clients"][client]
        self.redirect_uri: str = self.own["redirect_uris"][0]
        self.provider = self._discover() | self.target["provider"]
        if self.own.get("register"):
            self.own |= self._register()

    def log_in(
        self, account: str = "victim", verifier: str | None = None, **changes: str | None
    ) -> dict[str, str]:
        """Log in with S256, or as ``changes`` say; the parameters that come back in the redirect.

        A change to ``None`` leaves a parameter out. Raises :class:`AssertionError` with the page
        when the server keeps the user.
        """
        asked = {
            "response_type": "code",
            "client_id": self.own["client_id"],
            "redirect_uri": self.redirect_uri,
            "scope": self.own.get("scope", "openid"),
            "state": secrets.token_urlsafe(16),
            "code_challenge": challenge_of(verifier or secrets.token_urlsafe(48)),
            "code_challenge_method": "S256",
        } | changes
        query = {name: value for name, value in asked.items() if value is not None}
        url = httpx.URL(self.provider["authorization_endpoint"]).copy_merge_params(query)
        back = self._follow(self._open(str(url)), account)
        parts = urlsplit(back)
        return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))

    def redeem(self, code: str, verifier: str | None, **changes: str | None) -> httpx.Response:
        """Redeem a code, authenticated as the target file says."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        } | changes
        return self._token(form)

    def refresh(self, token: str) -> httpx.Response:
        """Use a refresh token."""
        return self._token({"grant_type": "refresh_token", "refresh_token": token})

    def subject(self, token: str) -> str:
        """Whose the access token is, at the place that the target file names."""
        resource = self.target.get("resource", {})
        url = resource.get("url") or self.provider["userinfo_endpoint"]
        answer = self.http.get(url, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.status_code
        found: Any = answer.json()
        for step in resource.get("subject", "sub").split("."):
            found = found[step]
        return str(found)

    def _open(self, url: str) -> httpx.Response:
        self.http.cookies.clear()  # every login is that of a browser that has just been opened
        return self.http.get(url, headers=PAGES)

    def _follow(self, page: httpx.Response, account: str) -> str:
        user = self.target["accounts"][account]
        password = self._secret(user["password"])
        hosts = self.provider["hosts"]
        for _ in range(MOST_STEPS):
            if location := page.headers.get("Location"):
                url = urljoin(str(page.url), location)
                if urlsplit(url).netloc not in hosts:
                    return url
                page = self.http.get(url, headers=PAGES)
                continue
            forms = Forms(page.text).found
            assert forms, f"{page.status_code} and no form: {page.text[:500]}"
            form = next((one for one in forms if one.method == "post"), forms[0])
            values = form.filled(user["username"], password)
            action = urljoin(str(page.url), form.action) if form.action else str(page.url)
            if form.method == "post":
                page = self.http.post(action, data=values, headers=PAGES)
            else:
                page = self.http.get(action, params=values, headers=PAGES)
        raise AssertionError(f"the server keeps the user: {page.url.path}")

    def _token(self, form: dict[str, str | None]) -> httpx.Response:
        sent = {name: value for name, value in form.items() if value is not None}
        basic = None
        if "secret" not in self.own:
            sent.setdefault("client_id", self.own["client_id"])
        elif self.own.get("authentication") == "client_secret_post":
            sent |= {"client_id": self.own["client_id"]}
            sent |= {"client_secret": self._secret(self.own["secret"])}
        else:
            basic = httpx.BasicAuth(self.own["client_id"], self._secret(self.own["secret"]))
        self.http.cookies.clear()  # the back channel is not the user's browser
        return self.http.post(self.provider["token_endpoint"], data=sent, auth=basic)

    def _discover(self) -> dict[str, Any]:
        issuer = self.target["provider"]["issuer"].rstrip("/")
        if not self.target["provider"].get("discovery", True):
            return {}
        for name in ("openid-configuration", "oauth-authorization-server"):
            answer = self.http.get(f"{issuer}/.well-known/{name}")
            if answer.status_code == 200:
                return dict(answer.json())
        raise AssertionError(f"{issuer} has no discovery document")

    def _register(self) -> dict[str, Any]:
        wanted = {
            "redirect_uris": self.own["redirect_uris"],
            "client_name": "lab",
            "token_endpoint_auth_method": "none",
        }
        answer = self.http.post(self.provider["registration_endpoint"], json=wanted)
        assert answer.status_code == 201, answer.text
        return {"client_id": answer.json()["client_id"]}

    def _secret(self, reference: dict[str, str]) -> str:
        return (self._folder / reference["file"]).read_text().strip()


@contextmanager
def honest_client(target: Path, client: str) -> Iterator[HonestClient]:
    """A client of a target file, with a user agent of its own."""
    with httpx.Client(trust_env=False, timeout=60) as http:

        def keep_as_browsers_do(_: httpx.Response) -> None:
            # They send cookies marked Secure to loopback over plain http, too; httpx does not.
            for cookie in http.cookies.jar:
                cookie.secure = False

        http.event_hooks = {"response": [keep_as_browsers_do]}
        yield HonestClient(http, target, client)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier. RFC 7636 section 4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def subject_of_a_login(target: Path, client: str, account: str) -> str:
    """Log in, redeem the code, and ask whose the token is."""
    verifier = secrets.token_urlsafe(48)
    with honest_client(target, client) as honest:
        answer = honest.log_in(account, verifier)
        assert "code" in answer, answer.get("error_description", answer.get("error"))
        tokens = honest.redeem(answer["code"], verifier)
        assert tokens.status_code == 200, tokens.json().get("error")
        return honest.subject(tokens.json()["access_token"])
