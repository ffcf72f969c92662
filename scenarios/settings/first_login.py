"""The first login of an account, in a real browser, where a server's pages want one.

Its cookies are handed on to browsers without a window, so that attacks do not begin with it again.
"""

import httpx

from reports import actors
from scenarios.stage.stage import Stage
from scenarios.target import InBrowser, Key
from victim.identity_provider import User
from victim.sign_in.cookies import into_jar, of_hosts
from victim.sign_in.real_browser import sign_in


async def cookies_of(stage: Stage, key: Key, account: User, how: InBrowser) -> httpx.Cookies:
    """The provider's cookies for an account that has signed in; asked for once for each account.

    Raises :class:`victim.user.SignInFailedError`, with a screenshot.
    """
    if account.username not in stage.signed_in:
        stage.signed_in[account.username] = await _signed_in(stage, key, account, how)
    kept = httpx.Cookies()
    for cookie in stage.signed_in[account.username].jar:
        kept.jar.set_cookie(cookie)
    return kept


async def _signed_in(stage: Stage, key: Key, account: User, how: InBrowser) -> httpx.Cookies:
    session = f"first-login.{len(stage.signed_in)}"
    state = how.states.get(account.username)
    context = await stage.browser_context(actors.VICTIM_BROWSER, session, signed_in_as=state)
    try:
        page, hosts = await context.new_page(), stage.site.provider_hosts
        request = await _authorization_request(stage, key, session)
        await sign_in(page, request, account, hosts, how.hints, own=how.own)
        found = of_hosts(into_jar(await context.cookies()), hosts)
    finally:
        await context.close()
    return found


async def _authorization_request(stage: Stage, key: Key, session: str) -> str:
    """Where the client sends its users. What comes back is nobody's login, and signs nobody in."""
    async with stage.network.http_client(actors.VICTIM_BROWSER, session) as http:
        answer = await http.get(stage.target.entry(key))
    return str(answer.headers.get("location", ""))
