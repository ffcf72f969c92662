from pathlib import Path

import pytest

from victim.sign_in.hints import own_function
from victim.user import SignInFailedError


def test_a_function_is_found_beside_the_target_file(tmp_path: Path) -> None:
    (tmp_path / "login.py").write_text("async def sign_in(page, username, password): pass\n")

    assert own_function("login.py:sign_in", tmp_path).__name__ == "sign_in"
    for wrong in ("login.py:other", "other.py:sign_in", "sign_in"):
        with pytest.raises(SignInFailedError, match=r"no function|there is no"):
            own_function(wrong, tmp_path)
