"""The authorization response: what goes back to the client, and by which road.

RFC 6749 section 4.1.2, OAuth 2.0 Multiple Response Type Encoding Practices section 2.1, OAuth 2.0
Form Post Response Mode.
"""

from dataclasses import dataclass, field, replace

from victim.identity_provider import pages
from victim.identity_provider.messages import Response, redirect
from victim.identity_provider.policy import Policy
from victim.identity_provider.registry import ResponseMode


@dataclass(frozen=True)
class Reply:
    """Where the answer to one request goes, and what of the request it repeats."""

    redirect_uri: str
    state: str | None = field(default=None, repr=False)
    mode: ResponseMode = ResponseMode.QUERY


def respond(policy: Policy, issuer: str, reply: Reply, parameters: dict[str, str]) -> Response:
    """Send ``parameters`` to the client by way of the browser."""
    content = {
        **parameters,
        "state": None if policy.state_dropped else reply.state,
        "iss": None if not names_issuer(policy) else issuer,
    }
    if reply.mode is ResponseMode.FORM_POST:
        return pages.form_post(policy, reply.redirect_uri, content)
    separator = "#" if reply.mode is ResponseMode.FRAGMENT else None
    referrer = pages.referrer_policy(policy)
    return redirect(reply.redirect_uri, content, separator=separator, referrer=referrer)


def names_issuer(policy: Policy) -> bool:
    """Whether the response says who speaks (RFC 9207 section 2)."""
    return not policy.iss_missing


def after_sign_in(policy: Policy, response: Response) -> Response:
    """The answer to the sign-in form.

    A 303 makes a browser forget the form; a 307 makes it send the password on (RFC 9700 section
    4.12).
    """
    repeats_form = policy.sign_in_redirected_with_307 and response.status == 303
    return replace(response, status=307) if repeats_form else response
