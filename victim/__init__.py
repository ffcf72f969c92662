"""The honest side: the user and their browser, the client application, the identity provider."""
