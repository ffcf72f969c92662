import pytest

from scenarios.stage.addresses import redirected

HERE = "https://app.test/cb"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/elsewhere", "https://app.test/elsewhere"),
        ("https://evil.test\\@app.test/cb?a=\\", "https://evil.test/@app.test/cb?a=\\"),
        ("https://app.test/cb/%2e%2E/x?a=/%2e%2e/", "https://app.test/cb/../x?a=/%2e%2e/"),
        ("https://app.test/cb/.%2e/x", "https://app.test/cb/../x"),
        ("https://app.test/cb/..%2fx", "https://app.test/cb/..%2fx"),
        ("com.app:/a\\b", "com.app:/a\\b"),
    ],
)
def test_a_location_is_read_as_browsers_do(location: str, target: str) -> None:
    assert redirected(HERE, location) == target


def test_a_fragment_is_inherited_by_a_location_without_one() -> None:
    assert redirected(f"{HERE}#code=c", "https://evil.test/") == "https://evil.test/#code=c"
    assert redirected(f"{HERE}#code=c", "https://evil.test/#_") == "https://evil.test/#_"
    assert redirected(HERE, "https://evil.test/") == "https://evil.test/"
