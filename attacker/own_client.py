"""The attacker's own app at the provider: it is registered there like everybody's (RFC 9700 A1)."""

OWN_CLIENT_ID = "torch"
OWN_NAME = "Torch"
OWN_REDIRECT_URI = "https://torch.thief.test/callback"
