"""Servers that know PKCE and do not insist on it: one rule of RFC 7636 at a time."""
