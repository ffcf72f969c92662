"""What went wrong with an honest login, in the words of all who had a part in it."""

import re
from collections.abc import Iterator
from html import unescape

from reports.actors import CLIENT, VICTIM_BROWSER
from reports.judgement.evidence import Control, PlayEvidence
from reports.judgement.redemption import as_object
from victim.sign_in.complaint import harmless

_CLIENT_SAYS = re.compile(r"The login could not be \w+: ([^<]+)\.|(This login was not [^<]+)\.")
_OF_SERVER = re.compile(r"wrong (nonce|aud|c_hash)|no iss|unknown state|has expired|not signed")
_BROKEN = (
    "that is no mistake in the file: the server breaks what a client has to check (OpenID Connect "
    "Core section 3.1.3.7), so no client is safe with it, and no other attack can be judged"
)
_DESCRIBED = ("error_description", "message", "detail")
_BEYOND = (
    (
        r"pushed.?authori[sz]ation",
        "our client pushes no requests at servers that are not ours; allow it to send them by the "
        "browser",
    ),
    (r"dpop", "our client binds no tokens to keys at servers that are not ours; do not ask it to"),
    (r"form_post|response.?mode|jarm", "our client takes answers in the query; allow it that"),
)
"""What a server may ask of a client, by words in its answers, and ours does not do yet."""


def explained(login: Control) -> str:
    """The trouble with a login that failed, with what helps to mend it."""
    client, server = _client_says(login.play), _server_says(login)
    told = f"{login.trouble} (the client says: {client})" if client else login.trouble
    if server:
        told += f"; the server says: {server!r}"
    if _OF_SERVER.search(client):
        told += f"; {_BROKEN}"
    return "; ".join((told, *_remedies(login, f"{client} {server}")))


def _client_says(play: PlayEvidence) -> str:
    for exchange in play.exchanges(VICTIM_BROWSER):
        if exchange.response and (said := _CLIENT_SAYS.search(exchange.response.body)):
            return unescape(said[1] or said[2])
    return ""


def _server_says(login: Control) -> str:
    """How the server describes its error to the client (RFC 6749 sections 4.1.2.1 and 5.2)."""
    redirected = [
        exchange.request.query.get("error_description", "")
        for exchange in login.play.exchanges(VICTIM_BROWSER)
        if exchange.destination == CLIENT
    ]
    answer = login.redemption.exchange.response if login.redemption else None
    body = as_object(answer.body) if answer and answer.status >= 400 else {}
    said = [*redirected, *(body.get(each) for each in _DESCRIBED)]
    return next((harmless(each) for each in said if isinstance(each, str) and each), "")


def _remedies(login: Control, said: str) -> Iterator[str]:
    used = login.redemption
    # Not every server says that it is the client that it does not know.
    if used is not None and used.with_secret and not used.token:
        here, other = "client_secret_post", "client_secret_basic"
        if used.by_basic:
            here, other = other, here
        yield f'the secret came by {here}; if it is to come otherwise, authentication = "{other}"'
    for words, remedy in _BEYOND:
        if re.search(words, said, re.IGNORECASE):
            yield remedy
