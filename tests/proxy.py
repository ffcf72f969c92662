"""A small real HTTP server in the part of the proxy, for apps that are processes of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple


class Heard(NamedTuple):
    """A request as the proxy got it; ``url`` is absolute."""

    method: str
    url: str
    headers: dict[str, str]
    body: str


@dataclass
class SmallProxy:
    """Answers everything itself, with ``status`` and ``location``; ``heard`` is what came."""

    url: str = ""
    status: int = 200
    location: str = ""
    heard: list[Heard] = field(default_factory=list)


@contextmanager
def small_proxy() -> Iterator[SmallProxy]:
    """A proxy on a free port of loopback, for user ``honest-app.device``."""
    proxy = SmallProxy()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            proxy.heard.append(Heard(self.command, self.path, headers, body))
            self.send_response(proxy.status)
            if proxy.location:
                self.send_header("Location", proxy.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815 - names of http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: the address may carry a code."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        proxy.url = f"http://honest-app.device:-@127.0.0.1:{server.server_port}"
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()
