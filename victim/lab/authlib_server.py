"""Authlib's authorization server on Flask, as its documentation sets it up."""

from victim.lab import wsgi
from victim.lab.server import LabServer
from victim.lab.target_file import target_text

_VERSION = "1.9.10"
_PACKAGE = f"authlib-{_VERSION}"
_FILES = wsgi.HERE / "authlib_files"

SERVERS = (
    LabServer(
        name="authlib",
        title=f"Authlib {_VERSION}",
        about="Flask, CodeChallenge(required=True): it asks for PKCE at the token endpoint only.",
        prepare=wsgi.installer(_PACKAGE, _FILES),
        launch=wsgi.launcher(_PACKAGE, _FILES),
        target_file=target_text,
        needs=wsgi.NEEDS,
    ),
)
