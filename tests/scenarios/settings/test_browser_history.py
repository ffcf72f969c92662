"""The history of the victim's browser, on a real stage."""

from pathlib import Path

import pytest

from scenarios.stage.browser import Browser
from tests.scenarios.settings.on_device import holds, stolen_over


@pytest.mark.stage
def test_who_reads_the_history_has_the_code_and_only_pkce_makes_it_worthless(
    browser: Browser, tmp_path: Path
) -> None:
    holds(stolen_over("browser-history", browser, tmp_path), "browser-history")
