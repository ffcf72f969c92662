"""How a client says who it is to a server: in a form or by HTTP Basic (RFC 6749 section 2.3.1)."""

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import quote_plus


@dataclass(frozen=True)
class Authentication:
    """A client's name and secret, as its requests to any endpoint of the server carry them.

    ``named_in_form``: the form names it also beside HTTP Basic. Servers demand that, or take it for
    a second way of authentication and refuse it.
    """

    client_id: str
    secret: str | None = field(repr=False)
    in_header: bool
    named_in_form: bool = False

    @property
    def form(self) -> dict[str, str]:
        """What the form says of the client."""
        if self._by_basic:
            return {"client_id": self.client_id} if self.named_in_form else {}
        secret = {} if self.secret is None else {"client_secret": self.secret}
        return {"client_id": self.client_id, **secret}

    @property
    def headers(self) -> dict[str, str]:
        """What the headers do. Both parts are form-encoded before they are joined by the colon."""
        if not self._by_basic:
            return {}
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.secret or '')}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    @property
    def _by_basic(self) -> bool:
        return self.secret is not None and self.in_header
