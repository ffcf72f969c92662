"""The attacker hands the victim's code to the honest client, in a session of its own."""
