"""Target files for tests."""

from pathlib import Path

GOOD = """\
[provider]
issuer = "https://idp.example.com/realms/demo"
hosts = ["idp.example.com", "login.example.com:8443"]
token_endpoint = "https://login.example.com:8443/token"

[permission]
owner = "Jane Doe <jane@example.com>"
statement = "I run this system and allow codejack to attack it."
expires = 2099-03-31

[accounts.victim]
username = "alice"
password = { env = "IDP_ALICE" }

[clients.web]
type = "confidential"
client_id = "demo-web"
secret = { env = "DEMO_WEB_SECRET" }
redirect_uris = ["https://app.example.com/callback"]
"""


def write(folder: Path, text: str = GOOD) -> Path:
    path = folder / "demo.idp.toml"
    path.write_text(text, encoding="utf-8")
    return path


def line_with(text: str, part: str) -> int:
    """The number of the first line that holds this part."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)
