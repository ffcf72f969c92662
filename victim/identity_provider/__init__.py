"""The embedded identity provider: the server side of the story, hardened unless told otherwise.

A sans-IO core (:meth:`IdentityProvider.handle` turns a request into a response) with a thin
Starlette binding (:func:`IdentityProviderApp`). Each weakness that a scenario attacks is one
switch of :class:`Policy`.
"""

from victim.identity_provider.app import IdentityProviderApp
from victim.identity_provider.authorize import HYBRID
from victim.identity_provider.errors import RegistrationRefusedError
from victim.identity_provider.messages import Parameters, Request, Response
from victim.identity_provider.policy import (
    DEMO,
    HARDENED,
    Policy,
    weaknesses,
    weaknesses_of,
)
from victim.identity_provider.provider import IdentityProvider
from victim.identity_provider.redirects import check_registration
from victim.identity_provider.registry import Client, ClientType, ResponseMode, User
from victim.identity_provider.tokens import new_signing_key
from victim.weakness import Weakness

__all__ = [
    "DEMO",
    "HARDENED",
    "HYBRID",
    "Client",
    "ClientType",
    "IdentityProvider",
    "IdentityProviderApp",
    "Parameters",
    "Policy",
    "RegistrationRefusedError",
    "Request",
    "Response",
    "ResponseMode",
    "User",
    "Weakness",
    "check_registration",
    "new_signing_key",
    "weaknesses",
    "weaknesses_of",
]
