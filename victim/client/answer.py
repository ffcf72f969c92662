"""The authorization response as the client reads it (RFC 6749 section 4.1.2, RFC 9207)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from victim.client.endpoint import Endpoint, Provider
from victim.client.errors import LoginFailedError

_ERROR = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True)
class Answer:
    """What a redirect or a form brings; a parameter that it does not have is empty."""

    state: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    error: str = ""
    iss: str = ""
    id_token: str = field(default="", repr=False)

    @classmethod
    def read(cls, said: Mapping[str, str]) -> "Answer":
        """The parameters of an answer that matter to a login."""
        return cls(*(said.get(name, "") for name in ("state", "code", "error", "iss", "id_token")))


def accept(answer: Answer, endpoint: Endpoint) -> str:
    """The code of an answer that comes from the provider of this endpoint.

    Raises :class:`LoginFailedError`. The issuer comes first: RFC 9207 section 2.4 applies to
    refusals too.
    """
    if not endpoint.habits.iss_unchecked:
        _check_issuer(answer.iss, endpoint.provider)
    if answer.error:
        raise LoginFailedError(f"the provider answered {_in_words(answer.error)}")
    if not answer.code:
        raise LoginFailedError("the answer has no code")
    if endpoint.habits.hybrid_flow and not answer.id_token:
        raise LoginFailedError("the answer has no ID token")
    return answer.code


def _check_issuer(iss: str, expected: Provider) -> None:
    # A provider that promises it always sends it: an answer without it is of somebody else.
    if not iss and expected.names_itself:
        raise LoginFailedError("the answer does not say which provider it comes from (no iss)")
    if iss and iss != expected.issuer:
        raise LoginFailedError("the answer comes from another provider (wrong iss)")


def _in_words(error: str) -> str:
    """An error code if it looks like one: anybody can write something else into a redirect."""
    return error if _ERROR.fullmatch(error) else "with an error that has no name"
