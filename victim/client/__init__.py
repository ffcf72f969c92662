"""The honest client application of the article: one small app, one endpoint per registration."""

from victim.client.app import client_app
from victim.client.endpoint import Endpoint, Pkce, VerifierSource
from victim.client.relying_party import Provider

__all__ = ["Endpoint", "Pkce", "Provider", "VerifierSource", "client_app"]
