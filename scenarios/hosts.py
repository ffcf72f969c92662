"""Where everybody lives: the names and ports of the embedded target, and those of the thief."""

import re
from collections.abc import Iterable

PROVIDER_HOST = "login.idp.test"
CLIENT_HOST = "app.contoso.test"
RESOURCE_HOST = "api.contoso.test"
"""Where a resource server of ours asks about tokens, for providers without userinfo."""
COLLECTOR_HOST = "collector.thief.test"
OTHER_SERVER_HOST = "login.thief.test"
OTHER_SERVER = f"http://{OTHER_SERVER_HOST}"
"""The issuer that clients of several servers work with besides; it is the attacker's."""
THIEFS_HOST = "evil.test"
LOOK_ALIKE = b"app.xn--cntoso-i0e.test".decode("idna")
THIEFS_PLAIN_ADDRESSES = (
    (THIEFS_HOST, 80),
    (COLLECTOR_HOST, 80),
    (f"127.0.0.1.{THIEFS_HOST}", 80),
    ("localhost", 8912),
    ("127.0.0.1", 8912),
)
"""What it serves without: on the Internet, and as a process on the victim's device."""
SCHEME = "com.contoso.demo"
DESKTOP_PORT = 8400
"""Where the client's desktop edition listens while it waits for a redirect. It is not running."""
SHORT_SCHEME = "contoso"
"""What the client's developers would have liked better. Another's app may be called so, too."""

_LOOPBACK = re.compile(r"localhost|.*\.localhost|127(\.\d{1,3}){3}|::1")


def is_loopback(host: str) -> bool:
    """Whether a name is this machine's own."""
    return _LOOPBACK.fullmatch(host) is not None


def thiefs_addresses(client_hosts: Iterable[str]) -> list[tuple[str, int]]:
    """What the thief serves with TLS: names of its own, forgotten ones, and a port of the client.

    The proxy reads internationalised names as people do.
    """
    own = [(THIEFS_HOST, 443), ("torch.thief.test", 443), (LOOK_ALIKE, 443)]
    for host in client_hosts:
        alike = (f"evil{host}", f"old.{host}", _in_front(host))
        own += [*((name, 443) for name in alike), (host, 8443)]
    return own


def thiefs_plain_addresses(client_hosts: Iterable[str]) -> list[tuple[str, int]]:
    """What it serves without, too, where clients have redirect URIs without."""
    names = ((_in_front(host), 80) for host in client_hosts)
    return list(dict.fromkeys([*THIEFS_PLAIN_ADDRESSES, *names]))


def _in_front(host: str) -> str:
    return f"{host}.{THIEFS_HOST}"
