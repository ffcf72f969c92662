"""The honest native app: a small process, as the operating system starts it.

It opens the browser for the login, and passes the redirect on to its back end::

    native_app.py login    PROXY_URL BACK_END
    native_app.py redirect PROXY_URL BACK_END REDIRECT

or, in one process that prints what the browser is to open, and waits for the redirect itself::

    native_app.py wait     PROXY_URL BACK_END PORT [shared]

Standard library only, so that it starts fast. RFC 8252 sections 4.1, 7.1 and 7.3.
"""

import base64
import http.client
import socket
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

_PATIENCE_SECONDS = 20
_DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nDone."


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


def wait(proxy: str, back_end: str, port: str, shared: str = "") -> int:
    """A login whose redirect comes to a port, any that is free if it is 0 (RFC 8252 section 7.3).

    ``shared`` listens on every address, and lets others listen there. An app that is told its port
    goes on without one that is taken.
    """
    with socket.socket() as listener:
        listening = _listen(listener, int(port), bool(shared))
        at = listener.getsockname()[1] if listening else port
        sys.stdout.write(f"{get(proxy, f'{back_end}?port={at}').getheader('Location')}\n")
        sys.stdout.flush()
        if not listening:
            return 1
        browser, _ = listener.accept()
    with browser:
        query = urlsplit(browser.makefile().readline().split(" ")[1]).query
        browser.sendall(_DONE)
    return 0 if get(proxy, f"{back_end}?{query}&port={at}").status < 400 else 1


def _listen(listener: socket.socket, port: int, shared: bool) -> bool:
    listener.settimeout(_PATIENCE_SECONDS)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind(("" if shared else "127.0.0.1", port))
        listener.listen()
    except OSError:
        return False
    return True


_ACTIONS: dict[str, Callable[..., int]] = {"login": login, "redirect": redirect, "wait": wait}

if __name__ == "__main__":
    action, *arguments = sys.argv[1:]
    sys.exit(_ACTIONS[action](*arguments))
