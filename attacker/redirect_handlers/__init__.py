"""Redirect handlers: the ways in which a redirect meant for the client reaches the thief."""
