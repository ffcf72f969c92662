"""What a client gets wrong: good habits by default, every bad one a named switch.

Like the policy of the identity provider: a switch is named for what is wrong, and a client with
none of them uses PKCE with S256 and a fresh verifier, keeps verifier and ``state`` in a session
that belongs to one browser, and checks ``state``, ``iss`` and ``nonce``.

Any two may be on together. Where both say how the same thing is done, one of them counts:

* of the origins of a verifier ``verifier_fixed``, then ``verifier_guessable``, then
  ``verifier_reused``; without PKCE there is none of them, and nothing carries one;
* of what a state is ``encrypted_state`` (bound to the browser), then ``flow_in_unbound_state``,
  ``verifier_in_state``, ``verifier_in_signed_state``, ``verifier_in_raw_state``,
  ``state_predictable``; with ``state_missing`` there is no state;
* with ``state_missing`` or ``state_unchecked`` every login is kept in the session, and with a state
  that holds the whole login (``encrypted_state``, ``flow_in_unbound_state``,
  ``verifier_in_state``) it is kept nowhere else: then ``state_unbound`` changes nothing;
* ``verifier_in_state`` keeps the verifier alone: neither the nonce nor, for
  ``login_bound_to_link``, the session that the link named;
* a client that finds its verifier in ``state`` does not look for it in a cookie; one that finds it
  in a cookie gives a login of ``state_unbound`` to no browser but the one that started it;
* with ``secret_dropped`` there is no secret that ``secret_in_app`` could hand out, and one that
  signs who it is instead (``client_assertions``) has none to drop.

The back end of a native app has one session and no cookies, so those of cookies and sessions
(``verifier_in_cookie``, ``cookie_without_host_prefix``, ``login_bound_to_link``,
``state_unbound``) change nothing there.
"""

from dataclasses import dataclass
from functools import cache

from victim.weakness import Weakness, declared_in, weakness


@dataclass(frozen=True)
class Habits:
    """How one client uses the code flow."""

    pkce_unused: bool = weakness(
        "The client sends no code_challenge, so its codes are bound to nothing.",
        clause="RFC9700#2.1.1",
        needs=("pkce_optional",),
    )
    plain_used: bool = weakness(
        "The client uses the code_challenge_method 'plain', "
        "so whoever reads its authorization request knows the verifier.",
        clause="RFC7636#7.2",
        published="The article's demo (pkcepublic)",
        needs=("plain_accepted",),
    )
    challenge_lost: bool = weakness(
        "The client makes a verifier and sends it with its token request, "
        "but its authorization request carries no challenge.",
        clause="RFC7636#4.3",
        published='requests-oauthlib 2.0.0 with pkce="plain"',
        needs=("pkce_optional", "verifier_without_challenge_accepted"),
    )
    verifier_fixed: bool = weakness(
        "Every copy of the client uses the same verifier, fixed in its code.",
        clause="RFC7636#4.1",
        published="The article's demo (pkcepublic)",
    )
    verifier_guessable: bool = weakness(
        "The verifier is made from the clock, so it is one of a few hundred.",
        clause="RFC7636#7.1",
    )
    verifier_reused: bool = weakness(
        "The client makes one verifier when it starts, and uses it for every login, "
        "so whoever learns it from one login can redeem the code of another.",
        clause="RFC7636#4.1",
        needs=("plain_used",),
    )
    verifier_in_state: bool = weakness(
        "The verifier travels in state, encoded as base64 of JSON.",
        clause="RFC7636#7.1",
        published="The article's demo (pkcepublics256)",
    )
    verifier_in_raw_state: bool = weakness(
        "The verifier is the state.",
        clause="RFC7636#7.1",
    )
    verifier_in_signed_state: bool = weakness(
        "The verifier travels in a state that is signed, and so can be read by everybody.",
        clause="RFC7636#7.1",
    )
    verifier_in_cookie: bool = weakness(
        "The verifier is kept in a cookie in clear, and so comes along with the redirect.",
        clause="RFC7636#7.1",
    )
    flow_in_unbound_state: bool = weakness(
        "The verifier travels in an encrypted state that any browser may bring back, "
        "so a stolen redirect can be replayed into another session.",
        clause="RFC9700#4.5.3",
    )
    state_missing: bool = weakness(
        "The client sends no state, and takes any answer that reaches it for the one to the newest "
        "login of the browser that brings it.",
        clause="RFC9700#4.7",
        needs=("pkce_unused", "nonce_unchecked"),
    )
    state_unchecked: bool = weakness(
        "The client sends a state and does not look at what comes back.",
        clause="RFC6749#10.12",
        needs=("pkce_unused", "nonce_unchecked"),
    )
    state_unbound: bool = weakness(
        "The states that the client waits for are kept in one place for all browsers.",
        clause="RFC6749#10.12",
        published="CVE-2025-68158, CVE-2026-41425 (Authlib)",
    )
    state_predictable: bool = weakness(
        "The state is the same for every login.",
        clause="RFC6749#10.10",
        needs=("pkce_unused", "nonce_unchecked"),
    )
    login_kept_after_use: bool = weakness(
        "A login that was answered stays open, "
        "so whoever brings the same redirect again, in any browser, is signed in by it.",
        clause="RFC9700#4.5.3",
    )
    login_bound_to_link: bool = weakness(
        "The link that starts a login says in 'for' whose session it is for, "
        "so whoever follows it signs in for somebody else.",
        clause="RFC9700#4.7",
    )
    nonce_unchecked: bool = weakness(
        "The client does not compare the nonce of the ID token with its own.",
        clause="OIDC-CORE#3.1.3.7",
        needs=("pkce_unused",),
    )
    iss_unchecked: bool = weakness(
        "The client does not look at which server an answer comes from.",
        clause="RFC9207#2.4",
    )
    cookie_without_host_prefix: bool = weakness(
        "The session cookie can be set by a neighbouring host, "
        "and the client takes the session that it names as the browser's own.",
        clause="RFC6265#8.6",
    )
    callback_leaks_referrer: bool = weakness(
        "The page that ends a login keeps the code in its address and has the referrer policy "
        "unsafe-url, so whatever it loads from another site tells that site the code.",
        clause="RFC9700#4.2.4",
        needs=("code_reusable", "pkce_unused"),
    )
    third_party_script_on_error_page: bool = weakness(
        "The page of a login that failed runs a script of another site, "
        "so that script reads the address, and the code in it that nobody has used.",
        clause="RFC9700#4.2.4",
    )
    answer_posted_to_any_opener: bool = weakness(
        "The page on which a login in a window of its own ends posts its address to whoever has "
        "opened that window, with the target origin '*', so a page of any site that opens one "
        "reads the code, used or not.",
        clause="RFC9700#4.17",
    )
    secret_in_app: bool = weakness(
        "The app that everybody can download has the client's secret in it, "
        "so whoever unpacks a copy can pose as the client.",
        clause="RFC8252#8.5",
    )
    secret_dropped: bool = weakness(
        "The client could keep a secret and has none because it uses PKCE, "
        "so whoever has a user allow a flow of its own redeems the code in the client's name.",
        clause="RFC9700#2.5",
    )
    forwarded_host_trusted: bool = weakness(
        "The client takes the host of its redirect URI from X-Forwarded-Host, "
        "so whoever starts a login decides where the answer goes, and the code still serves.",
        clause="RFC9700#4.13",
        needs=("redirect_unchecked",),
    )
    loopback_port_fixed: bool = weakness(
        "The native app waits for its redirect at the same port each time, and has the browser "
        "sent there even if somebody else has taken it.",
        clause="RFC8252#7.3",
        needs=("pkce_unused",),
    )
    loopback_port_shared: bool = weakness(
        "The native app waits at a port of every address and lets others share it, "
        "so whoever listens there on 127.0.0.1 alone receives the redirect.",
        clause="RFC8252#8.3",
        needs=("pkce_unused",),
    )
    encrypted_state: bool = False
    """The verifier travels in an encrypted state bound to the browser: unusual, and sound."""
    csrf_by_pkce: bool = False
    """It sends no nonce, and a state only because some servers demand one, and compares neither.

    By PKCE alone an answer fits one browser (RFC 9700 section 2.1).
    """
    calls_resource: bool = False
    """It calls the API of somebody else for its user, with a token for that alone (RFC 8707)."""
    hybrid_flow: bool = False
    """Its answers are forms with an ID token beside the code (OpenID Connect Core section 3.3).

    By its ``c_hash`` that one says which code it came with, and is believed for nothing else: who
    the user is says the ID token that the code brings.
    """
    several_servers: bool = False
    """Its users may choose another server to sign in at, with the same redirect URI."""
    dpop: bool = False
    """Its codes and tokens are bound to a key of its own (RFC 9449)."""
    client_assertions: bool = False
    """It has no secret, and signs who it is with a key of its own (RFC 7523)."""
    pushed_requests: bool = False
    """It sends its authorization requests itself, and the browser a reference (RFC 9126)."""
    signed_requests: bool = False
    """It signs its authorization requests, and has registered to do so (RFC 9101)."""
    loopback_registered: bool = False
    """A redirect URI on 127.0.0.1 is registered too, for the desktop edition of the client."""
    short_scheme_registered: bool = False
    """A redirect URI on a scheme without a dot is wished for, for the client's app on phones."""
    partner_registered: bool = False
    """A second redirect URI is registered, for logins that begin at a partner's site.

    Who comes there without an answer is sent back to that site, and no answer is ever passed on.
    """
    callback_forwards: bool = False
    """An answer with ``next`` in it is passed on to there, for previews that run elsewhere.

    An open redirector, but no road for a code as long as the server lets nobody add ``next``.
    """
    callback_forwards_home: bool = False
    """The same, but only for a ``next`` at its provider, which shows users all of their apps."""

    @property
    def uses_pkce(self) -> bool:
        """Whether authorization requests carry a challenge."""
        return not (self.pkce_unused or self.challenge_lost)


GOOD = Habits()
"""No bad habit."""


@cache
def bad_habits() -> tuple[Weakness, ...]:
    """Every switch there is, in the order of declaration."""
    return tuple(declared_in(Habits))
