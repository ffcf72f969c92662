"""What is asked past the proxy names the tool, and follows no setting of the environment."""

import asyncio
from pathlib import Path

import pytest

from scenarios.targets.direct import directly


def test_it_names_the_tool_and_no_environment_sends_it_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    http = directly(None)

    assert http.headers["User-Agent"].startswith("codejack/")
    assert not http.trust_env
    asyncio.run(http.aclose())


def test_a_file_without_certificates_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")

    with pytest.raises(OSError, match=r"."):
        directly(tmp_path / "ca.pem")
