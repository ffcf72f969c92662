"""A window that is opened where a page of the server's needs a script, and closed behind it.

At many servers a script makes every page, also the one that sends somebody on who is signed in. A
browser without a window hands such a page over, with its cookies, and is told where it leads.
"""

from dataclasses import dataclass

from scenarios.stage.http_browser import HttpBrowser
from scenarios.stage.stage import Stage
from scenarios.target import InBrowser
from victim.identity_provider import User
from victim.sign_in.cookies import from_jar, into_jar, of_hosts
from victim.sign_in.real_browser import sign_in
from victim.user import SignInFailedError

_PATIENCE_SECONDS = 15.0


@dataclass(frozen=True)
class Window:
    """Goes on where ``browser`` cannot, under the name of ``actor``, in the play of ``session``."""

    stage: Stage
    actor: str
    session: str
    browser: HttpBrowser
    account: User
    how: InBrowser

    async def __call__(self, url: str, *, willing: bool) -> str:
        """Where the page at ``url`` leaves for; empty if it stays.

        The window itself reaches the server and nobody else: whoever is at the address, such as the
        client, is to be visited by the browser that has the session there.
        """
        stage, name = self.stage, f"{self.session}.window"
        stage.cast.assign(name, stage.cast.play_of(self.session))
        stage.at_provider_only.add(name)
        hosts = stage.site.provider_hosts
        context = await stage.browser_context(self.actor, name)
        try:
            await context.add_cookies(from_jar(of_hosts(self.browser.http.cookies, hosts)))
            page = await context.new_page()
            left = await sign_in(
                page,
                url,
                self.account,
                hosts,
                self.how.hints,
                patience=_PATIENCE_SECONDS,
                willing=willing,
            )
        except SignInFailedError:
            left = ""
        finally:
            kept = into_jar(await context.cookies())
            await context.close()
        for cookie in of_hosts(kept, hosts).jar:
            self.browser.http.cookies.jar.set_cookie(cookie)
        return left
