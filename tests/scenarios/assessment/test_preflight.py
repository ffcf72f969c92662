"""What is wrong before anything is attacked, at a server that nobody here has written."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reports.records import PlayStarted
from reports.runlog import read_log
from scenarios.assessment.honest_logins import Preflight
from scenarios.assessment.preflight import informed, look_first
from scenarios.real import RealSite
from scenarios.real_server import Subjects
from scenarios.stage.browser import Browser
from scenarios.stage.options import StageOptions
from scenarios.target import InBrowser, People
from tests.scenarios.edited import edited
from tests.scenarios.foreign import ALICE, LIKE_OTHERS, MALLORY, WEB, Foreign, foreign
from tests.scenarios.sites import NOBODY

stage_test = pytest.mark.stage

Look = Callable[[RealSite], Preflight]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    with foreign(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Look:
    def signed_in(site: RealSite) -> Preflight:
        options = StageOptions(browser, port=0)
        return asyncio.run(look_first(tmp_path, site, options, lambda record: None))

    return signed_in


def only(site: RealSite, client: str) -> RealSite:
    return replace(site, clients=tuple(each for each in site.clients if each.name == client))


def with_people(site: RealSite, **changes: Any) -> RealSite:
    return replace(site, people=replace(site.people, **changes))


@stage_test
def test_where_both_sign_in_at_every_client_nothing_keeps_the_attacks_from_beginning(
    server: Foreign, look: Look, tmp_path: Path
) -> None:
    looked = look(server.site())

    assert looked.troubles == []
    both = Subjects(ALICE.subject, MALLORY.subject)
    assert looked.subjects == {"web": both, "spa": both}
    assert looked.lasting == {"web", "spa"}
    assert looked.trouble_at("web") == ""
    logs = [run.log for run in looked.runs]
    assert [log.parent.name for log in logs] == ["honest-logins", "honest-logins-of-the-attacker"]
    for log in logs:
        assert log.is_relative_to(tmp_path)
        kinds = {start.kind for start in read_log(log).of(PlayStarted)}
        assert kinds == {"control"}
        for secret in (ALICE.password, MALLORY.password, WEB.secret):
            assert secret is not None
            assert secret.encode() not in log.read_bytes()


@stage_test
def test_a_wrong_password_is_tried_once_by_form_and_once_in_a_browser(
    look: Look, tmp_path: Path
) -> None:
    tried: list[str] = []
    with foreign(tmp_path, wrap=partial(counted, tried)) as server:
        site = server.site()
        forgotten = replace(site.people.victim, password="not this one")
        looked = look(with_people(site, victim=forgotten, attacker=NOBODY))

    assert len(tried) == 2
    at_web, at_spa, in_browser = looked.troubles
    assert at_web.startswith("the victim cannot sign in at client web: ")
    assert "nobody has tried" in at_spa
    assert in_browser.startswith("nor in a real browser: ")
    assert "not this one" not in "".join(looked.troubles)
    assert looked.pictures
    for picture in looked.pictures:
        assert picture.read_bytes().startswith(b"\x89PNG")


@stage_test
def test_who_is_told_to_sign_in_in_a_browser_and_is_kept_there_is_in_trouble(
    look: Look, tmp_path: Path
) -> None:
    tried: list[str] = []
    with foreign(tmp_path, wrap=partial(counted, tried)) as server:
        site = replace(server.site(), login=InBrowser())
        forgotten = replace(site.people.victim, password="not this one")
        looked = look(with_people(site, victim=forgotten, attacker=NOBODY))

    assert len(tried) == 1
    assert len(looked.troubles) == 2
    assert all("asks for the password again" in trouble for trouble in looked.troubles)
    assert [picture.name for picture in looked.pictures] == ["victim-in-a-browser.png"]


def counted(tried: list[str], app: ASGIApp) -> ASGIApp:
    """Counts the forms that are sent to a server's pages for users."""

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") == "POST" and not scope["path"].endswith("/token"):
            tried.append(scope["path"])
        await app(scope, receive, send)

    return counting


@stage_test
def test_a_wrong_secret_is_trouble_at_that_client_alone(server: Foreign, look: Look) -> None:
    site = server.site()
    web, spa = site.clients

    looked = look(replace(site, clients=(replace(web, secret="wrong"), spa)))

    of_victim, of_attacker = looked.troubles
    assert of_victim.startswith("the victim cannot sign in at client web: ")
    assert "no mistake in the file" not in of_victim
    assert of_attacker.startswith("the attacker cannot sign in at client web: ")
    assert looked.trouble_at("spa") == ""
    # What the client gets wrong, no other browser gets right; it only tries another form.
    assert [run.folder.parent.name for run in looked.runs[2:]] == ["named", "named"]
    assert len(looked.runs) == 4
    assert "wrong" not in of_victim


@stage_test
def test_an_attacker_with_the_victim_s_account_is_trouble(server: Foreign, look: Look) -> None:
    site = only(server.site(), "spa")

    looked = look(replace(site, people=People(site.people.victim, site.people.victim)))

    assert looked.troubles == ["the attacker is the victim at client spa: name another account"]


@stage_test
def test_without_an_account_for_the_attacker_nobody_signs_in_as_it(
    server: Foreign, look: Look
) -> None:
    looked = look(with_people(only(server.site(), "spa"), attacker=NOBODY))

    assert looked.troubles == []
    assert looked.attacker == ()
    assert looked.subjects == {"spa": Subjects(ALICE.subject, "")}
    assert len(looked.runs) == 1


@stage_test
def test_where_the_server_does_not_know_of_lasting_tokens_none_are_asked_for(
    server: Foreign, look: Look
) -> None:
    site = with_people(only(server.site(), "spa"), attacker=NOBODY)
    modest = {**site.server.metadata, "scopes_supported": ["openid", "profile"]}

    looked = look(replace(site, server=replace(site.server, metadata=modest)))

    assert looked.troubles == []
    assert looked.lasting == frozenset()


def without_refresh_token(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "refresh_token"}


def with_refresh_token(said: dict[str, Any]) -> dict[str, Any]:
    return {"refresh_token": "given-to-everybody-" + "x" * 20, **said}


@stage_test
@pytest.mark.parametrize(
    ("edit", "lasts"),
    [(without_refresh_token, False), (with_refresh_token, True)],
    ids=["promises them and gives none", "gives them unasked"],
)
def test_what_counts_is_what_the_client_is_given(
    look: Look, tmp_path: Path, edit: Callable[[dict[str, Any]], dict[str, Any]], lasts: bool
) -> None:
    with foreign(tmp_path, wrap=partial(edited, endpoint="/token", edit=edit)) as server:
        site = with_people(only(server.site(), "spa"), attacker=NOBODY)
        looked = look(site)

    assert looked.troubles == []
    assert looked.lasting == ({"spa"} if lasts else set())
    assert informed(site, looked).unasked == ({"spa"} if lasts else set())
    assert informed(site, looked).subjects == looked.subjects


@stage_test
def test_a_server_whose_token_shows_nobody_s_data_is_trouble(look: Look, tmp_path: Path) -> None:
    nameless = partial(edited, endpoint="/userinfo", edit=lambda said: {"name": "Alice"})
    with foreign(tmp_path, wrap=nameless) as server:
        looked = look(with_people(only(server.site(), "spa"), attacker=NOBODY))

    (trouble,) = looked.troubles
    assert trouble.startswith("the victim cannot sign in at client spa: ")


@stage_test
def test_what_keeps_the_client_from_believing_a_login_is_told(look: Look, tmp_path: Path) -> None:
    with foreign(tmp_path, replace(LIKE_OTHERS, nonce_ignored=True)) as server:
        looked = look(with_people(only(server.site(), "spa"), attacker=NOBODY))

    (trouble,) = looked.troubles
    assert "the client says: the ID token answers another request (wrong nonce)" in trouble
    assert "no mistake in the file" in trouble


def naming(*, wanted: bool) -> Callable[[ASGIApp], ASGIApp]:
    """A server that knows nobody without a name in the form, or no client with two ways to show it.

    As real ones do: the one finds the client by the form alone, the other takes a name beside HTTP
    Basic for a second way of authentication.
    """

    def wrapped(app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if not scope.get("path", "").endswith("/token"):
                await app(scope, receive, send)
                return
            asked = await Request(scope, receive).body()
            by_basic = b"authorization" in dict(scope["headers"])
            if by_basic and (b"client_id=" in asked) is not wanted:
                await JSONResponse({"error": "invalid_client"}, 401)(scope, receive, send)
                return
            await app(scope, _again(asked), send)

        return answer

    return wrapped


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


@stage_test
@pytest.mark.parametrize("wanted", [True, False], ids=["wants a name", "takes none"])
def test_beside_http_basic_the_form_names_the_client_where_the_server_wants_that(
    look: Look, tmp_path: Path, wanted: bool
) -> None:
    with foreign(tmp_path, wrap=naming(wanted=wanted)) as server:
        site = with_people(only(server.site(), "web"), attacker=NOBODY)
        looked = look(site)

    assert looked.troubles == []
    assert looked.named_in_form == ({"web"} if wanted else set())
    (client,) = informed(site, looked).clients
    assert client.named_in_form is wanted


@stage_test
def test_who_is_refused_either_way_is_told_so(look: Look, tmp_path: Path) -> None:
    def unknown(app: ASGIApp) -> ASGIApp:
        return naming(wanted=True)(naming(wanted=False)(app))

    with foreign(tmp_path, wrap=unknown) as server:
        looked = look(with_people(only(server.site(), "web"), attacker=NOBODY))

    (trouble,) = looked.troubles
    assert "invalid_client" in trouble
    assert 'authentication = "client_secret_post"' in trouble
    assert looked.named_in_form == set()
