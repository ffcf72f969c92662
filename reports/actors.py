"""The actors of a run log, by the ids that ``source`` and ``destination`` of its records name."""

VICTIM_BROWSER = "victim-browser"
HONEST_APP = "honest-app"
CLIENT = "client"
IDENTITY_PROVIDER = "identity-provider"
RESOURCE_SERVER = "resource-server"
OPERATING_SYSTEM = "operating-system"
MALICIOUS_APP = "malicious-app"
THIEF = "thief"
ATTACKER_BROWSER = "attacker-browser"

THIEVES = frozenset({MALICIOUS_APP, THIEF, ATTACKER_BROWSER})
"""The actors that serve the thief."""
