"""Somebody with a key: signs DPoP proofs, bent ones too."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from itertools import count
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import ECKey

from victim.identity_provider.dpop import ath

if TYPE_CHECKING:
    from tests.victim.identity_provider.conftest import Scene

_SERIAL = count()


class KeyHolder:
    """Holds one key. In what it signs an override of ``None`` leaves a member out."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256")
        self.jkt = self.key.thumbprint()
        self.public_key = ECKey.import_key(self.key.as_dict(private=False))

    def proof(
        self,
        scene: Scene,
        endpoint: str = "token",
        *,
        access_token: str | None = None,
        header: dict[str, Any] | None = None,
        **overrides: Any,
    ) -> tuple[str, str]:
        """The DPoP header of a request to this endpoint."""
        claims = {
            "jti": f"proof {next(_SERIAL)}",
            "htm": "GET" if endpoint == "userinfo" else "POST",
            "htu": f"{scene.ISSUER}/{endpoint}",
            "iat": scene.time[0],
            "ath": ath(access_token) if access_token else None,
            **overrides,
        }
        usual = {"typ": "dpop+jwt", "jwk": self.key.as_dict(private=False)}
        return "DPoP", self.sign({**usual, **(header or {})}, claims)

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return jwt.encode(_present({"alg": "ES256", **header}), _present(claims), self.key)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A JWT of the algorithm ``none`` (RFC 7519 section 6)."""
    return f"{_encode({**header, 'alg': 'none'})}.{_encode(_present(claims))}."


def _encode(content: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _present(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value is not None}
