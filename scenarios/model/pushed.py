"""Pushed requests: what counts, where the browser carries more than a reference (RFC 9126)."""

from dataclasses import dataclass

from attacker.vantage import Vantage
from scenarios.model.challenge import Asked
from scenarios.model.door import Answer, Door, shut
from scenarios.model.redemption import Redeem
from scenarios.model.rule import in_words
from scenarios.model.verifier import Verifier
from scenarios.postures import Posture

_OVERRIDES = "front_channel_overrides_pushed_request"


@dataclass(frozen=True)
class RedeemBeside(Door):
    """The attacker has put a challenge of its own beside a reference, and redeems the code."""

    def answer(self, posture: Posture, vantage: Vantage) -> Answer:
        """Where the challenge does not count, its verifier belongs to no challenge at all."""
        if posture.has(_OVERRIDES):
            redeemed = Redeem(Verifier.OWN, Asked.OWN).answer(posture, vantage)
            return redeemed._replace(why=in_words(_OVERRIDES)) if redeemed.opens else redeemed
        redeemed = Redeem(Verifier.MADE_UP).answer(posture, vantage)
        if redeemed.opens:
            return redeemed
        return shut("the client had pushed its challenge, and what stands beside is not read")
