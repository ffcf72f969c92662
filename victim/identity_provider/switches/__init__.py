"""The switches of a policy, one file for each part of the protocol that they weaken."""
