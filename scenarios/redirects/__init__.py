"""Redirect URIs that are not quite the registered one, and where the code goes then."""
