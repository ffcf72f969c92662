"""The malicious extension as it is installed: unpacked, and told where to report to."""

import json
from pathlib import Path

import pytest

from attacker.redirect_handlers.browser_extension import pack


def test_it_may_watch_requests_everywhere_and_reports_to_the_collector(tmp_path: Path) -> None:
    folder = pack(tmp_path / "extension", 'http://collector.test/"catch')

    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["manifest_version"] == 3
    assert "webRequest" in manifest["permissions"]
    assert (folder / "background.js").exists()
    assert r"\"catch" in (folder / "collector.js").read_text(), "a URL cannot become script"


def test_it_is_not_written_over_another(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        pack(tmp_path, "http://collector.test/catch")
