"""The model: what must be observed, derived from what the attacker can know.

A code is redeemed by whoever presents everything that it is bound to. So the question in each cell
is which of these values the attacker can know: from the leg it reads, from the client's habits, or
because it chose them itself. RFC 6749 sections 4.1.3 and 10.5, RFC 7636 section 4.6, RFC 9700
section 4.5. Every run checks the model against reality.

An attack is a row of doors. Each door is one thing that may stop it, and says for a posture and a
vantage whether it opens, and why: one file for each kind of door.
"""

from scenarios.model.door import Answer, Door, opened, shut

__all__ = ["Answer", "Door", "opened", "shut"]
