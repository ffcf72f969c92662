"""Guessing: what many wrong verifiers do to a code (RFC 7636 section 7.1, OAuth 2.1 7.5.2)."""

from dataclasses import dataclass

from attacker.vantage import Vantage
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.model.redemption import Redeem
from scenarios.model.rule import in_words
from scenarios.model.verifier import Verifier
from scenarios.postures import Posture
from victim.client import Pkce


@dataclass(frozen=True)
class Guess(Door):
    """A thief tries every verifier that its copy of the app could have made, in any order."""

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """Few candidates, and a server that bears them all; or one that looks at none."""
        habits = posture.habits
        listed = habits.verifier_fixed or habits.verifier_guessable
        if posture.pkce is Pkce.NONE or not vantage.unpacks_app or not listed:
            return Redeem(Verifier.LEFT_OUT).answer(posture, vantage)
        if habits.verifier_fixed:
            return opened("every copy of the client uses the same verifier")
        if posture.policy.verifier_not_compared:
            return opened(in_words("verifier_not_compared"))
        if posture.policy.wrong_verifier_burns_code:
            return shut("the first wrong guess ends the code")
        if posture.policy.unlimited_verifier_guesses:
            return opened("the verifier is one of a few hundred, and the server bears them all")
        return shut("the code pauses after some wrong guesses")


@dataclass(frozen=True)
class Burn(Door):
    """A thief presents a verifier that is made up, and the victim's login is over."""

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """The code ends if the server burns it, or gives the thief its tokens."""
        redeemed = Redeem(Verifier.MADE_UP).answer(posture, vantage)
        if redeemed.opens and posture.policy.code_reusable:
            return shut("the code serves the thief and the client alike")
        if redeemed.opens:
            return opened(f"the thief uses the code up itself: {redeemed.why}")
        if posture.policy.wrong_verifier_burns_code and posture.pkce is not Pkce.NONE:
            return opened(in_words("wrong_verifier_burns_code"))
        return shut("a wrong verifier does not end the code")
