"""How a login ends that signs nobody in."""


class LoginFailedError(Exception):
    """The login did not end in a user; the message says why, in words and without a secret."""
