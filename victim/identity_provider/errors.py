"""Refusals. The endpoint that raised one turns it into the response its specification asks for."""


class OAuthError(Exception):
    """A refusal with the error code of RFC 6749 sections 4.1.2.1 and 5.2.

    Raised deep inside a rule and answered at the endpoint: as an error redirect by the
    authorization endpoint, as JSON by the token endpoint.
    """

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class UntrustedRequestError(Exception):
    """A refusal that must not be redirected: the redirect URI itself is not to be trusted.

    RFC 6749 section 4.1.2.1. The user sees the message on an error page.
    """


class RegistrationRefusedError(Exception):
    """The client breaks a rule for registrations; the message gives the reason and its clause."""

    def __init__(self, reason: str, clause: str) -> None:
        super().__init__(f"{reason} ({clause})")
        self.reason = reason
        self.clause = clause
