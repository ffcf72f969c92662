"""The history of a browser, as every program of the same user can read it (RFC 9700 section 4.3.1).

Chromium writes each address of a chain of redirects down, with its query. The file outlives the
browser, so whoever finds an unused code there may come much later.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

_VISITS = "SELECT urls.url FROM visits JOIN urls ON urls.id = visits.url ORDER BY visits.id"


def visited(profile: Path) -> Iterator[str]:
    """The addresses that the owner of a profile has been at, in that order.

    ``profile`` is the user data directory of a browser that is closed: while it runs, it keeps the
    newest visits to itself. Raises ``sqlite3.OperationalError`` when there is no history.
    """
    # Read as it lies there: the thief leaves no lock and no journal behind.
    file = (profile / "Default" / "History").as_uri()
    with closing(sqlite3.connect(f"{file}?immutable=1", uri=True)) as history:
        for (url,) in history.execute(_VISITS):
            yield url
