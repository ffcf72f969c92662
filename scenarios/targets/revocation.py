"""What an assessment leaves behind: tokens, which are revoked where the server can (RFC 7009)."""

import asyncio
from collections.abc import Iterable, Mapping

import httpx

from scenarios.real_server import RegisteredClient
from scenarios.stage.courtesy import Issued
from victim.client.relying_party import basic

_SECONDS = 15.0
_MOST = 2_000


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
    left = 0
    for each in tokens[:_MOST]:
        client = clients.get(each.client_id)
        done = client is not None and await _revoked(each, client, endpoint, http)
        left += not done
    left += max(0, len(tokens) - _MOST)
    return f"{left} of {len(tokens)} tokens could not be revoked" if left else ""


async def _revoked(
    issued: Issued, client: RegisteredClient, endpoint: str, http: httpx.AsyncClient
) -> bool:
    form = {"token": issued.token, "token_type_hint": issued.kind}
    headers: dict[str, str] = {}
    if client.secret is not None and client.secret_in_header:
        headers = basic(client.client_id, client.secret)
    else:
        form |= {"client_id": client.client_id}
        form |= {"client_secret": client.secret} if client.secret else {}
    try:
        async with asyncio.timeout(_SECONDS):
            answer = await http.post(endpoint, data=form, headers=headers, follow_redirects=False)
    except (httpx.HTTPError, TimeoutError):
        return False
    return answer.status_code == httpx.codes.OK
