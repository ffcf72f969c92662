"""A browser without a window: keeps cookies, follows redirects, reads and sends forms.

For plays in which the behaviour of a real browser plays no part. It runs no script, loads no
picture, sends no ``Referer``, and knows no other program: where any of that matters, a scenario
asks for a real one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode, urlsplit

import httpx

from scenarios.stage.addresses import redirected
from victim.sign_in.addresses import authority, is_of_web
from victim.sign_in.cookies import travel_on_own_device
from victim.sign_in.document import Document, read, refresh_target
from victim.sign_in.forms import Fields, Form

_MOST_REDIRECTS = 10
# As browsers ask for a page: some servers send nobody else to their sign-in, but answer 401.
_ASKS_FOR_PAGES = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_LOCATION = "codejack.location"
_KEEPS_METHOD = frozenset({307, 308})


class RedirectLoopError(Exception):
    """The servers sent the browser on and on."""


@dataclass(frozen=True)
class Page:
    """Where the browser ended. ``url`` may be of a scheme that it does not open itself."""

    url: str
    status: int
    text: str = ""
    document: Document = field(default_factory=Document)

    @property
    def forms(self) -> tuple[Form, ...]:
        """What can be filled in and sent."""
        return self.document.forms

    @property
    def host(self) -> str:
        """The host of its address, with the port unless it is the usual one."""
        return authority(self.url)


class HttpBrowser:
    """One profile. ``http`` speaks under the name of whoever sits in front of it.

    ``visited`` hears of every address, fragments included, as a history does. ``stops_at`` says
    of a redirect, or of a form as if it were one, whether whoever sits there stops before it.
    ``passed_on`` hears of what is no address of the web, as the operating system does, and says at
    which address an app of the user's goes on with it, if one does. ``loopback`` is how it reaches
    its own device.
    """

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        hooks = [*http.event_hooks["response"], _set_location_aside, self._keep]
        http.event_hooks = {**http.event_hooks, "response": hooks}
        self.page = Page("about:blank", 0)
        self.visited: Callable[[str], None] = lambda url: None
        self.passed_on: Callable[[str], str] = lambda url: ""
        self.loopback = http
        self.stops_at: Callable[[str], bool] = lambda url: False

    async def open(self, url: str, headers: dict[str, str] | None = None) -> Page:
        """Go to an address, and on to where it redirects."""
        return await self._go("GET", url, None, headers)

    async def sent_to(self, url: str) -> Page:
        """Go to where a page's script has sent it: as by a redirect."""
        return self.page if self._stops(url) else await self.open(url)

    async def submit(self, form: Form, answers: dict[str, str]) -> Page:
        """Send a form with these answers in place of what stood in it."""
        filled_in = {**form.fields, **answers}
        in_an_address = f"{form.action.partition('?')[0]}?{urlencode(filled_in, doseq=True)}"
        if self._stops(in_an_address):
            return self.page
        if form.method == "GET":
            return await self._go("GET", in_an_address, None, None)
        return await self._go("POST", form.action, filled_in, None)

    def forget(self) -> None:
        """Start a new profile, without a cookie; whoever has kept the old one can go back to it."""
        self.http.cookies = httpx.Cookies()

    def take_from_neighbour(self, url: str, name: str, value: str, path: str) -> None:
        """Keep a cookie that another host of the same site has set, unless it has ``__Host-``.

        That prefix says that only the host itself may set it (RFC 6265bis section 4.1.3.2).
        """
        if not name.lower().startswith("__host-"):
            self.http.cookies.set(name, value, urlsplit(url).hostname or "", path or "/")

    def _stops(self, url: str) -> bool:
        """Whether whoever sits there stops before an address, whose page then is all there is."""
        stops = self.stops_at(url)
        if stops:
            self.page = Page(url, 0)
        return stops

    async def _keep(self, answer: httpx.Response) -> None:
        travel_on_own_device(self.http.cookies.jar)

    async def _go(
        self, method: str, url: str, data: Fields | None, headers: dict[str, str] | None
    ) -> Page:
        sent = {**_ASKS_FOR_PAGES, **(headers or {})}
        for _ in range(_MOST_REDIRECTS):
            self.visited(url)
            if not is_of_web(url):
                self.page = Page(url, 0)
                if not (onward := self.passed_on(url)):
                    return self.page
                url, method, data = onward, "GET", None
            through = self.loopback if urlsplit(url).hostname == "127.0.0.1" else self.http
            answer = await through.request(method, url, data=data, headers=sent)
            location = answer.extensions.get(_LOCATION)
            if not answer.is_redirect or location is None:
                self.page = Page(url, answer.status_code, answer.text, _document(answer, url))
                return self.page
            url = redirected(url, location)
            if self._stops(url):
                return self.page
            if answer.status_code not in _KEEPS_METHOD:
                method, data = "GET", None
        raise RedirectLoopError(f"more than {_MOST_REDIRECTS} redirects, the last to {url}")


async def _set_location_aside(answer: httpx.Response) -> None:
    # httpx works out where a redirect leads even if it does not follow it, and raises for what is
    # no address of the web, such as javascript: or mailto:.
    if "location" in answer.headers:
        answer.extensions[_LOCATION] = answer.headers.pop("location")


def _document(answer: httpx.Response, url: str) -> Document:
    kind = answer.headers.get("content-type", "")
    page = read(answer.text, url) if "html" in kind else Document()
    if "json" in kind or "text/plain" in kind:
        page = Document(text=" ".join(answer.text.split()))
    if refresh := answer.headers.get("refresh"):
        page = replace(page, refresh=refresh_target(refresh, url))
    return page
