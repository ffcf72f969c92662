"""The ways in which secrets travel, for the tests of redaction, layers and leak gate."""

import html
import json
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

Coding = Callable[[str], str]


def base64url(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def deflated(text: str) -> str:
    squeeze = zlib.compressobj(wbits=-15)
    return b64encode(squeeze.compress(text.encode()) + squeeze.flush()).decode()


CODINGS: dict[str, Coding] = {
    "percent, reserved only": quote,
    "percent, all reserved": lambda text: quote(text, safe=""),
    "percent, plus for space": quote_plus,
    "percent, lower case": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON": json.dumps,
    "JSON, slashes escaped": lambda text: json.dumps(text).replace("/", "\\/"),
    "JSON, every character escaped": lambda text: "".join(
        f"\\u{unit:04X}"
        for unit in memoryview(text.encode("utf-16-le")).cast("H")  # surrogate pairs too
    ),
    "HTML": html.escape,
    "HTML, numeric": lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    "Python repr": repr,
    "Python repr of bytes": lambda text: repr(text.encode()),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64url": base64url,
    "base64 at the second offset": lambda text: b64encode(b"a" + text.encode()).decode(),
    "base64 at the third offset": lambda text: b64encode(b"ab" + text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "deflate": deflated,
    "zlib": lambda text: urlsafe_b64encode(zlib.compress(text.encode())).decode(),
}
WRAPPINGS: dict[str, Coding] = {
    "query": lambda text: "https://client.test/cb?" + urlencode({"a": "1", "state": text}) + "&b=2",
    "fragment": lambda text: "com.example.app:/cb#" + urlencode({"state": text}),
    "JSON object": lambda text: json.dumps({"r": "/", "v": text}),
    "hidden input": lambda text: (
        f'<p>x</p><input type="hidden" name="s" value="{html.escape(text)}">'
    ),
    "Basic": lambda text: "Basic " + b64encode(f"client:{text}".encode()).decode(),
}
