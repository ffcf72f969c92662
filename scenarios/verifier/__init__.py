"""Clients that use PKCE and give the verifier away all the same."""
