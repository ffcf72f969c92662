"""Target files: what a team says about its own server, and how that is read and checked."""
