"""The malicious side: redirect handlers, wiretap, loot, verifier hunt and redeemer.

Nothing here imports ``victim``: what the thief knows it has seen on the wire, or was handed by
the operating system.
"""
