"""The honest native app: a small process, as the operating system starts it.

It opens the browser for the login, and passes the redirect on to its back end::

    native_app.py login    PROXY_URL BACK_END
    native_app.py redirect PROXY_URL BACK_END REDIRECT

Standard library only, so that it starts fast. RFC 8252 sections 4.1 and 7.1.
"""

import base64
import http.client
import subprocess
import sys
from urllib.parse import urlsplit


def get(proxy: str, url: str) -> http.client.HTTPResponse:
    """GET through the proxy, without following redirects."""
    through = urlsplit(proxy)
    user = base64.b64encode(f"{through.username}:{through.password}".encode()).decode()
    connection = http.client.HTTPConnection(through.hostname or "", through.port, timeout=20)
    connection.request("GET", url, headers={"Proxy-Authorization": f"Basic {user}"})
    return connection.getresponse()


def login(proxy: str, back_end: str) -> int:
    """Start a login, and open the authorization request in the user's browser."""
    location = get(proxy, back_end).getheader("Location")
    return subprocess.call(["xdg-open", location]) if location else 1


def redirect(proxy: str, back_end: str, url: str) -> int:
    """Hand the answer of the provider to the back end; 0 when the login succeeded."""
    parts = urlsplit(url)
    endpoint = f"{back_end.rstrip('/')}{parts.path}?{parts.query}"
    return 0 if get(proxy, endpoint).status < 400 else 1


if __name__ == "__main__":
    action, *arguments = sys.argv[1:]
    sys.exit(login(*arguments) if action == "login" else redirect(*arguments))
