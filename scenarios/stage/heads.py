"""Headers without an end, which mitmproxy would collect for as long as they come.

Its own source says that this is still to be mended, and it has no option and no hook for it. So
the buffer in which it looks for heads, chunk sizes and trailers is replaced by one that gives up.
On loopback, fifteen seconds of such headers were 4 GB.
"""

from h11._receivebuffer import ReceiveBuffer
from mitmproxy.proxy.layers.http import _http1

LONGEST_HEAD = 128 * 1024
"""Bytes; of a status line with all headers, or of what describes a chunk."""


class _ShortBuffer(ReceiveBuffer):
    """Answers a head without an end with a line that parses as nothing."""

    def maybe_extract_lines(self) -> list[bytearray] | None:
        lines = super().maybe_extract_lines()
        return [bytearray(b"headers without an end")] if self._is_endless(lines) else lines

    def maybe_extract_next_line(self) -> bytearray | None:
        line = super().maybe_extract_next_line()
        return bytearray(b"a line without an end") if self._is_endless(line) else line

    def _is_endless(self, found: object) -> bool:
        return found is None and len(self) > LONGEST_HEAD


def limit_heads() -> None:
    """Have every connection from now on give up after :data:`LONGEST_HEAD`."""
    vars(_http1)["ReceiveBuffer"] = _ShortBuffer
