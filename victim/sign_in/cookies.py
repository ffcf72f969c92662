"""Cookies of a real browser for one without a window, and back.

Browsers take the own device for a secure place, so that cookies marked ``Secure`` travel there in
clear (Secure Contexts section 3.1). Python's cookie jar does not, and it calls a host without a dot
by another name; the jars here hold what makes such cookies arrive, and remember what they were.
"""

from collections.abc import Collection, Iterable
from http.cookiejar import Cookie, CookieJar
from typing import Any

import httpx
from playwright.async_api import Cookie as BrowserCookie

from victim.sign_in.addresses import is_at

_LOCAL = ".local"
_SECURE = "Secure"
_HTTP_ONLY = "HttpOnly"


def into_jar(cookies: Iterable[BrowserCookie]) -> httpx.Cookies:
    """A jar for httpx with the cookies of a browser's context."""
    jar = CookieJar()
    for each in cookies:
        jar.set_cookie(_kept(each))
    travel_on_own_device(jar)
    return httpx.Cookies(jar)


def from_jar(cookies: httpx.Cookies) -> list[Any]:
    """The cookies of a jar, as ``BrowserContext.add_cookies`` takes them."""
    return [
        {
            "name": each.name,
            "value": each.value or "",
            "domain": each.domain.removesuffix(_LOCAL),
            "path": each.path,
            "expires": -1 if each.expires is None else each.expires,
            "httpOnly": each.has_nonstandard_attr(_HTTP_ONLY),
            "secure": each.secure or each.has_nonstandard_attr(_SECURE),
        }
        for each in cookies.jar
    ]


def of_hosts(cookies: httpx.Cookies, hosts: Collection[str]) -> httpx.Cookies:
    """Those that are for one of these hosts, named as addresses have them."""
    kept = httpx.Cookies()
    for each in cookies.jar:
        if _is_for(each.domain.removesuffix(_LOCAL).lstrip("."), hosts):
            kept.jar.set_cookie(each)
    return kept


def _is_for(domain: str, hosts: Collection[str]) -> bool:
    names = {host.rpartition(":")[0] or host for host in hosts} | set(hosts)
    return is_at(f"https://{domain}/", hosts) or any(
        name == domain or name.endswith(f".{domain}") for name in names
    )


def travel_on_own_device(jar: CookieJar) -> None:
    """Let the cookies of the own device travel in clear, as a browser does."""
    for each in jar:
        if each.secure and _is_own_device(each.domain.removesuffix(_LOCAL).lstrip(".")):
            each.secure = False
            each.set_nonstandard_attr(_SECURE, "")


def _is_own_device(host: str) -> bool:
    return (
        host == "localhost"
        or host.endswith(".localhost")
        or host.startswith("127.")
        or host == "[::1]"
    )


def _kept(cookie: BrowserCookie) -> Cookie:
    host = cookie["domain"].lstrip(".")
    shared = cookie["domain"].startswith(".")
    # The jar's own name for a host without a dot.
    domain = host if "." in host else f"{host}{_LOCAL}"
    expires = int(cookie["expires"])
    return Cookie(
        version=0,
        name=cookie["name"],
        value=cookie["value"],
        port=None,
        port_specified=False,
        domain=f".{domain}" if shared else domain,
        domain_specified=shared,
        domain_initial_dot=shared,
        path=cookie["path"],
        path_specified=True,
        secure=cookie["secure"],
        expires=None if expires < 0 else expires,
        discard=expires < 0,
        comment=None,
        comment_url=None,
        rest={_HTTP_ONLY: ""} if cookie["httpOnly"] else {},
    )
