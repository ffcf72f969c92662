"""django-oauth-toolkit on Django: as it comes, and with the setting that many sites need."""

from victim.lab import wsgi
from victim.lab.server import LabServer
from victim.lab.target_file import target_text
from victim.lab.workshop import Workshop

_VERSION = "3.4.1"
_PACKAGE = f"django-oauth-toolkit-{_VERSION}"
_FILES = wsgi.HERE / "django_files"


def _target_file(workshop: Workshop) -> str:
    issuer = f"{workshop.url}/o"
    unlisted = {  # served, but left out of the discovery document
        "revocation_endpoint": f"{issuer}/revoke_token/",
        "introspection_endpoint": f"{issuer}/introspect/",
    }
    return target_text(workshop, {"issuer": issuer, **unlisted})


def _server(name: str, *, pkce_required: bool, about: str) -> LabServer:
    return LabServer(
        name=name,
        title=f"django-oauth-toolkit {_VERSION}",
        about=about,
        prepare=wsgi.installer(_PACKAGE, _FILES, pkce_required=pkce_required),
        launch=wsgi.launcher(_PACKAGE, _FILES),
        target_file=_target_file,
        needs=wsgi.NEEDS,
        ready="/o/.well-known/openid-configuration",
        patience_seconds=120,  # at its first start it makes its tables
    )


SERVERS = (
    _server(
        "django-oauth-toolkit",
        pkce_required=True,
        about="Django with PKCE_REQUIRED, as it comes: a challenge for all, plain ones too.",
    ),
    _server(
        "django-oauth-toolkit-lax",
        pkce_required=False,
        about="The same with PKCE_REQUIRED=False: a challenge is checked if there is one.",
    ),
)
