"""What an assessment leaves behind: tokens, which are revoked where the server can (RFC 7009)."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping

import httpx

from reports.judgement.redemption import as_object
from scenarios.real_server import RegisteredClient
from scenarios.stage.courtesy import Issued
from victim.client.authentication import Authentication
from victim.sign_in.complaint import harmless

_SECONDS = 15.0
_MOST = 2_000
_TOLD = 3


async def revoke(
    issued: Iterable[Issued],
    clients: Mapping[str, RegisteredClient],
    endpoint: str,
    http: httpx.AsyncClient,
) -> str:
    """Revoke tokens, refresh tokens first; a sentence about what could not be, or nothing.

    ``clients`` are those of the target by their ``client_id``. Many of the tokens are dead already,
    which a server does not tell apart from revoked (section 2.2).
    """
    tokens = sorted(dict.fromkeys(issued), key=lambda each: each.kind != "refresh_token")
    if not tokens:
        return ""
    if not endpoint:
        return f"{len(tokens)} tokens stay valid until they expire: there is no revocation endpoint"
    reasons: Counter[str] = Counter()
    for each in tokens[:_MOST]:
        client = clients.get(each.client_id)
        reasons[await _failure(each, client, endpoint, http) if client else "of no client"] += 1
    reasons[f"more than {_MOST}"] = max(0, len(tokens) - _MOST)
    del reasons[""]
    why = "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common(_TOLD) if count)
    return f"{reasons.total()} of {len(tokens)} tokens could not be revoked: {why}" if why else ""


async def _failure(
    issued: Issued, client: RegisteredClient, endpoint: str, http: httpx.AsyncClient
) -> str:
    """Why a token could not be revoked; empty where it was."""
    shown = Authentication(
        client.client_id, client.secret, client.secret_in_header, client.named_in_form
    )
    form = {"token": issued.token, "token_type_hint": issued.kind, **shown.form}
    try:
        async with asyncio.timeout(_SECONDS):
            answer = await http.post(
                endpoint, data=form, headers=shown.headers, follow_redirects=False
            )
    except (httpx.HTTPError, TimeoutError) as error:
        return type(error).__name__
    if answer.status_code == httpx.codes.OK:
        return ""
    said = as_object(answer.text).get("error")
    return f"HTTP {answer.status_code}{f', {harmless(said)}' if isinstance(said, str) else ''}"
