"""A thief receives the redirect meant for the client and redeems the code itself."""
