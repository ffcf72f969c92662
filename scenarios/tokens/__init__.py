"""Tokens and the clients that hold them: implicit flow, secrets, refresh tokens, consent."""
