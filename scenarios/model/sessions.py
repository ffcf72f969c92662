"""Sessions: what ties them to one browser, and a login to them (RFC 9700 sections 4.5, 4.7)."""

from dataclasses import dataclass, replace

from attacker.vantage import Vantage
from scenarios.model.challenge import Asked
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.model.injection import Inject, Login, lies_in_clear_state, login_taken
from scenarios.model.redemption import Redeem
from scenarios.model.rule import in_words
from scenarios.model.verifier import Verifier
from scenarios.postures import Posture
from victim.identity_provider import ClientType


@dataclass(frozen=True)
class BringAgain(Door):
    """A redirect that has signed its user in is brought to the client by another browser."""

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """A client that signs nobody in by itself must redeem the code once more."""
        if posture.has("login_kept_after_use"):
            return opened(in_words("login_kept_after_use"))
        login = login_taken(posture, with_state=True)
        if login is Login.OF_CODE and not _lies_in_state(posture):
            return shut("the client has forgotten the login when it was answered")
        fits = Inject(with_state=True).answer(posture, vantage)
        if not fits.opens:
            return fits
        if not posture.has("code_reusable"):
            return shut("the code serves only once, and the victim was first")
        return opened(f"{in_words('code_reusable')}, and {fits.why}")


def _lies_in_state(posture: Posture) -> bool:
    return posture.habits.flow_in_unbound_state or lies_in_clear_state(posture)


@dataclass(frozen=True)
class BringUnbound(Door):
    """A code that was asked for without a challenge is brought to a client that relies on PKCE."""

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """The client presents it with its own verifier, and with its secret if it has one."""
        as_public = replace(posture, client_type=ClientType.PUBLIC)
        return Redeem(Verifier.CLIENTS, Asked.NONE).answer(as_public, vantage)


@dataclass(frozen=True)
class LentLink(Door):
    """A link names the session that its login is for, and the victim follows it."""

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """A client that keeps the verifier alone has forgotten the link by then."""
        if not posture.has("login_bound_to_link"):
            return shut("a login is for the session of the browser that brings its answer")
        if lies_in_clear_state(posture):
            return shut("the state holds the verifier alone, and not what the link said")
        return opened(in_words("login_bound_to_link"))
