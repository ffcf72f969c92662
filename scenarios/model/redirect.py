"""A spelling: one way of bending a redirect URI, as a row of a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from attacker.token_request import Bent
from scenarios.hosts import is_loopback
from victim.sign_in.addresses import is_of_web

_LOOPBACK = "127.0.0.1"


class Changes(TypedDict, total=False):
    """What is changed in an authorization request."""

    redirect_uri: str | None
    more: Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Spelling:
    """One way of bending a redirect URI.

    ``title`` is the invariant that should hold, and ``template`` what becomes of the registered
    one; :func:`bent` has its words. ``bent_by`` are the weaknesses that let it through. ``of`` is
    what can be bent so: any redirect URI, those of the web, those of a web site, or those of a
    program that waits on loopback. ``place`` is where the request names it: as its redirect URI, in
    a second parameter, or not at all, because it is what the server thinks of by itself.
    ``registered_by_thief``: it is that of an app of the thief's.
    """

    name: str
    title: str
    template: str
    bent_by: tuple[str, ...]
    clauses: tuple[str, ...] = ("RFC9700#4.1.3", "RFC6749#3.1.2.3")
    uses: tuple[str, ...] = ()
    of: Literal["any", "web", "web site", "loopback"] = "web site"
    place: Literal["first", "second", "none"] = "first"
    registered_by_thief: bool = False

    @property
    def only_ours(self) -> bool:
        """Whether it would prove nothing at a server that is not ours.

        Whoever has registered one redirect URI need not name it (RFC 6749 section 3.1.2.3), and
        where the thief has no app, its redirect URI is one more foreign host.
        """
        return self.place == "none" or self.registered_by_thief

    def objection(self, registered: str) -> str:
        """Why it proves nothing at a client with this redirect URI; empty where it does."""
        if self.of == "web site" and not is_of_web_site(registered):
            return "it bends https redirect URIs, and this client's is none"
        if self.of == "web" and not is_of_web(registered):
            return "it bends redirect URIs of the web, and this client's is none"
        if self.of == "loopback" and not _is_on_loopback(registered):
            return "it bends http redirect URIs on loopback, and this client's is none"
        if self.place == "first" and self.bend(registered) == registered:
            return "it leaves this client's redirect URI as it is"
        return ""

    def bend(self, registered: str) -> str:
        """The redirect URI that the thief wants."""
        return bent(self.template, registered)

    def as_request(self, bent: str) -> Changes:
        """What the thief changes in the authorization request."""
        match self.place:
            case "first":
                return {"redirect_uri": bent}
            case "second":
                return {"more": [("redirect_uri", bent)]}
            case "none":
                return {"redirect_uri": None}

    def as_token_request(self, bent: str) -> Bent:
        """How it redeems the code: with the redirect URI that it came by."""
        return Bent(changes={"redirect_uri": bent})


def bent(template: str, registered: str) -> str:
    """What a template makes of the parts of the registered redirect URI.

    ``{registered}`` is all of it, ``{scheme}``, ``{authority}`` (host and port), ``{host}`` and
    ``{path}`` are parts, ``{PATH}`` is in capitals. ``{joint}`` puts one more parameter behind it.
    ``{loopback}`` is the name of the device that it has, or the usual address, and
    ``{other_loopback}`` is the other of the two.
    """
    parts = urlsplit(registered)
    by_name = _is_on_loopback(registered) and parts.hostname == "localhost"
    loopback, other = ("localhost", _LOOPBACK) if by_name else (_LOOPBACK, "localhost")
    return template.format(
        registered=registered,
        joint="&" if parts.query else "?",
        scheme=parts.scheme,
        authority=parts.netloc,
        host=parts.hostname,
        path=parts.path,
        PATH=parts.path.upper(),
        loopback=loopback,
        other_loopback=other,
    )


def is_of_web_site(redirect_uri: str) -> bool:
    """Whether nobody else can claim a redirect URI: https, and not on loopback (RFC 8252 8.6)."""
    parts = urlsplit(redirect_uri)
    return parts.scheme == "https" and not is_loopback(parts.hostname or "")


def _is_on_loopback(redirect_uri: str) -> bool:
    """Whether a program on the user's device waits there (RFC 8252 section 7.3)."""
    parts = urlsplit(redirect_uri)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")
