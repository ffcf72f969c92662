"""Request objects: what a signature on the authorization request is good for (RFC 9101)."""

from dataclasses import dataclass

from attacker.vantage import Vantage
from scenarios.model.challenge import Asked
from scenarios.model.door import Answer, Door, opened, shut
from scenarios.model.redemption import Redeem
from scenarios.model.rule import in_words
from scenarios.model.verifier import Verifier
from scenarios.postures import Posture

_HONOURED = "parameters_beside_request_object_honoured"


@dataclass(frozen=True)
class RedeemAsAskedBeside(Door):
    """The attacker has put a challenge of its own beside the client's object.

    A code there is either way: for that challenge, or for what the client has signed.
    """

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """Whether its verifier redeems the code."""
        if posture.has(_HONOURED):
            return opened(in_words(_HONOURED))
        # To what was signed, the verifier of that challenge is as good as one that is made up.
        redeemed = Redeem(Verifier.MADE_UP, Asked.CLIENTS).answer(posture, vantage)
        if redeemed.opens:
            return redeemed
        return shut(f"what stands beside a signed request counts for nothing: {redeemed.why}")
