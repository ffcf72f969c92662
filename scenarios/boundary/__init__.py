"""What PKCE cannot do: attacks in which the attacker starts the flow."""
