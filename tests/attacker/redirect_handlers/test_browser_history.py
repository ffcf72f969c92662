"""What the history of a closed browser tells whoever reads the file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from attacker.redirect_handlers.browser_history import visited

REDIRECT = "https://app.contoso.test/cb?code=c&state=s"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    (tmp_path / "Default").mkdir()
    with closing(sqlite3.connect(tmp_path / "Default" / "History")) as history:
        history.execute("CREATE TABLE urls (id INTEGER PRIMARY KEY, url TEXT)")
        history.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER)")
        addresses = [(1, REDIRECT), (2, "https://login.idp.test/authorize?x=1")]
        history.executemany("INSERT INTO urls VALUES (?, ?)", addresses)
        history.executemany("INSERT INTO visits VALUES (?, ?)", [(1, 2), (2, 1)])
        history.commit()
    return tmp_path


def test_addresses_come_in_the_order_of_the_visits_queries_and_all(profile: Path) -> None:
    assert list(visited(profile)) == ["https://login.idp.test/authorize?x=1", REDIRECT]


def test_reading_leaves_nothing_behind(profile: Path) -> None:
    list(visited(profile))

    assert [path.name for path in (profile / "Default").iterdir()] == ["History"]


def test_a_profile_without_a_history_says_so(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        list(visited(tmp_path))
