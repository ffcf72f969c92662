"""What learning, redaction, log and leak gate cost as a run grows, against a log without them.

    .venv/bin/python -m tests.bench_redaction                     # 1,000, 4,000, 16,000 exchanges
    .venv/bin/python -m tests.bench_redaction --sizes 30000 --json
    .venv/bin/python -m tests.bench_redaction --sizes 4000 --profile

Each cell of the made-up run is a login and a theft as the recorder writes them: a request with a
state and a challenge, now and then a login page of 3 KB, a redirect, the client's callback, a token
answer in JSON, and userinfo; every fifth state is base64url JSON. The secrets are learned where
the run learns them: from the servers when they are minted, and from every message. The bare log
encodes and writes the same records. Look at the ratios and at how they grow; seconds mean little
on a shared machine.
"""

import argparse
import cProfile
import json
import random
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from reports.records import Exchange, HttpRequest, HttpResponse, PlayFinished, PlayStarted, Record
from reports.redaction.leakgate import find_leaks
from reports.redaction.secrets import Vault
from reports.runlog import RunLog, now

PROVIDER, CLIENT = "https://login.idp.test", "http://app.contoso.test"
PASSWORD = "correct horse-4711 battery"
SENT = (
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("accept-encoding", "gzip, deflate"),
    ("connection", "keep-alive"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"),
)
ANSWERED = (
    ("content-security-policy", "default-src 'none'; style-src 'self'; form-action 'self'"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
)
STYLE = "".join(
    f".c{number} {{ margin: {number}px; padding: .65rem .75rem; border-radius: 8px; color: "
    "var(--ink); }\n"
    for number in range(30)
)


class Mint:
    """Makes secrets, the same ones for the same seed, and says so to whom they concern."""

    def __init__(self, learn: Callable[[str, str], object]) -> None:
        self._random = random.Random(7636)
        self._learn = learn

    def opaque(self, kind: str, length: int = 32) -> str:
        value = urlsafe_b64encode(self._random.randbytes(length)).rstrip(b"=").decode()
        return self.known(kind, value)

    def jwt(self, kind: str, **claims: str) -> str:
        parts = [json.dumps({"alg": "RS256", "kid": "1", "typ": "JWT"}), json.dumps(claims)]
        parts = [urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts]
        signature = urlsafe_b64encode(self._random.randbytes(256)).rstrip(b"=").decode()
        return self.known(kind, ".".join((*parts, signature)))

    def known(self, kind: str, value: str) -> str:
        self._learn(kind, value)
        return value


@dataclass
class Wire:
    """One exchange after the other, as the recorder would hand them on."""

    play: str
    count: int = 0

    def exchange(self, request: HttpRequest, response: HttpResponse) -> Exchange:
        self.count += 1
        number = f"e{self.play[1:]}{self.count}"
        return Exchange(
            number, self.play, now(), 0.0123, "victim-browser", "identity-provider", "proxy",
            request, response,
        )  # fmt: skip


def cells(learn: Callable[[str, str], object]) -> Iterator[Record]:
    """The records of a run without end."""
    mint, number = Mint(learn), 0
    mint.known("password", PASSWORD)
    session = mint.opaque("cookie")
    while True:
        number += 1
        wire = Wire(f"p{number}")
        yield PlayStarted(wire.play, now(), "attack", f"g{number // 9}", f"c{number}")
        yield from login(wire, mint, number, session)
        yield PlayFinished(wire.play, now(), 0.05)


def login(wire: Wire, mint: Mint, number: int, session: str) -> Iterator[Exchange]:
    """Five or six exchanges: the login of a victim, and what its client does with the code."""
    verifier, state = mint.opaque("code_verifier"), mint.opaque("state", 24)
    if number % 5 == 0:
        nested = json.dumps({"v": verifier, "to": "/account/home", "n": state})
        state = urlsafe_b64encode(nested.encode()).decode().rstrip("=")
    challenge = urlsafe_b64encode(random.Random(verifier).randbytes(32)).decode()[:43]
    question = {
        "response_type": "code",
        "client_id": f"contoso-{number % 60}",
        "redirect_uri": f"{CLIENT}/cb",
        "scope": "openid profile email",
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    authorize = f"{PROVIDER}/authorize?{urlencode(question)}"
    cookies = (*SENT, ("cookie", f"session={session}"))
    if number % 6 == 0:
        csrf = mint.opaque("csrf")
        form = urlencode({"csrf_token": csrf, "username": "victim", "password": PASSWORD})
        page = HttpResponse(200, (*ANSWERED, ("content-type", "text/html")), login_page(csrf))
        yield wire.exchange(HttpRequest("GET", authorize, SENT), page)
        post = HttpRequest("POST", f"{PROVIDER}/login", (*cookies, ("origin", PROVIDER)), form)
        yield wire.exchange(post, HttpResponse(303, (*ANSWERED, ("location", authorize))))
    redirect = f"{CLIENT}/cb?" + urlencode(
        {"code": mint.opaque("code"), "state": state, "iss": PROVIDER}
    )
    moved = HttpResponse(302, (*ANSWERED, ("location", redirect), ("content-length", "0")))
    yield wire.exchange(HttpRequest("GET", authorize, cookies), moved)
    yield from redeem(wire, mint, redirect, verifier)


def redeem(wire: Wire, mint: Mint, redirect: str, verifier: str) -> Iterator[Exchange]:
    """The callback, the token request and the user's data."""
    code = redirect.partition("code=")[2].partition("&")[0]
    form = urlencode(
        {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        | {"redirect_uri": f"{CLIENT}/cb", "client_id": "contoso"}
    )
    token = mint.opaque("access_token")
    claims = {"iss": PROVIDER, "sub": "248289761001", "aud": "contoso", "nonce": wire.play}
    answer = {"access_token": token, "token_type": "Bearer", "expires_in": 300}
    answer["id_token"] = mint.jwt("id_token", **claims)
    plain = (*ANSWERED, ("content-type", "application/json"))
    yield wire.exchange(
        HttpRequest("POST", f"{PROVIDER}/token", SENT, form),
        HttpResponse(200, plain, json.dumps(answer)),
    )
    bearer = (*SENT, ("authorization", f"Bearer {token}"))
    profile = {"sub": "248289761001", "name": "Ada Victim", "email": "ada@example.test"}
    yield wire.exchange(
        HttpRequest("GET", f"{PROVIDER}/userinfo", bearer),
        HttpResponse(200, plain, json.dumps(profile)),
    )
    welcome = f"<html><head><style>{STYLE[:900]}</style></head><p>Signed in as Ada Victim.</p>"
    yield wire.exchange(
        HttpRequest("GET", redirect, (*SENT, ("referer", f"{PROVIDER}/"))),
        HttpResponse(200, (*ANSWERED, ("content-type", "text/html")), welcome),
    )


def login_page(csrf: str) -> str:
    """A page with a form, and the token that guards it."""
    return (
        f"<!doctype html><html><head><style>{STYLE}</style></head><body><h1>Sign in</h1>"
        f'<form method="post" action="/login"><input type="hidden" name="csrf_token" '
        f'value="{csrf}"><input name="username"><input name="password" type="password">'
        "<button>Sign in</button></form></body></html>"
    )


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time for one size of run."""

    exchanges: int
    secrets: int
    megabytes: float
    bare: float
    logged: float
    gate: float

    @property
    def ratio(self) -> float:
        """How many times the bare log learning, redaction and log cost."""
        return self.logged / self.bare


def measure(size: int, folder: Path) -> Cost:
    """Write a run of so many exchanges, bare and as codejack does, and let the gate read it."""
    bare = _write_bare(size, folder / "bare.jsonl")
    vault, path = Vault(), folder / "run" / "run.jsonl"
    logged = _write_redacted(size, path, vault)
    began = time.process_time()
    leaks = find_leaks([path.parent], vault)
    gate = time.process_time() - began
    assert not leaks, leaks[:5]
    return Cost(size, len(vault), path.stat().st_size / 1e6, bare, logged, gate)


def _write_bare(size: int, path: Path) -> float:
    records = list(_of_size(size, cells(lambda kind, value: None)))
    began = time.process_time()
    with path.open("xb") as file:
        for record in records:
            file.write(msgspec.json.encode(record) + b"\n")
            file.flush()
    return time.process_time() - began


def _write_redacted(size: int, path: Path, vault: Vault) -> float:
    """Making up the records does not count."""
    spent = 0.0
    minted: list[tuple[str, str]] = []
    records = _of_size(size, cells(lambda kind, value: minted.append((kind, value))))
    with RunLog(path, vault) as log:
        for record in records:
            began = time.process_time()
            for kind, value in minted:
                vault.learn(kind, value)
            _learn(record, vault)
            log.append(record)
            spent += time.process_time() - began
            minted.clear()
    return spent


def _learn(record: Record, vault: Vault) -> None:
    if isinstance(record, Exchange):
        request, response = record.request, record.response
        vault.learn_message(request.url, request.headers, request.body)
        if response:
            vault.learn_message("", response.headers, response.body)


def _of_size(size: int, records: Iterator[Record]) -> Iterator[Record]:
    for record in records:
        yield record
        size -= isinstance(record, Exchange)
        if not size:
            return


def main() -> None:
    """Measure each size and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 4_000, 16_000])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    profile = cProfile.Profile()
    costs = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="codejack-bench-") as name:
            if options.profile:
                profile.enable()
            costs.append(measure(size, Path(name)))
            profile.disable()
        if not options.json:
            _print(costs[-1])
    if options.json:
        print(json.dumps([asdict(cost) | {"ratio": cost.ratio} for cost in costs], indent=2))
    if options.profile:
        profile.print_stats("tottime")


def _print(cost: Cost) -> None:
    print(
        f"{cost.exchanges:6} exchanges  {cost.secrets:6} secrets  {cost.megabytes:5.1f} MB   "
        f"bare {cost.bare:.2f} s   learn and log {cost.logged:.2f} s   ratio {cost.ratio:.0f}   "
        f"leak gate {cost.gate:.2f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
