"""An assessment: the catalogue's attacks on a server that is not ours, held to a policy."""
