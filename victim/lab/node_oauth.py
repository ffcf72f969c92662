"""@node-oauth/oauth2-server behind express: a verifier that could be guessed, before and after."""

from victim.lab import node
from victim.lab.server import LabServer
from victim.lab.target_file import target_text
from victim.lab.workshop import Workshop

_PACKAGE = "@node-oauth/oauth2-server"


def _target_file(workshop: Workshop) -> str:
    return target_text(
        workshop,
        {
            "discovery": False,
            "authorization_endpoint": f"{workshop.url}/oauth/authorize",
            "token_endpoint": f"{workshop.url}/oauth/token",
        },
        scope="profile",
        resource={"url": f"{workshop.url}/api/me", "subject": "user.name"},
    )


def _server(version: str, about: str) -> LabServer:
    name = f"node-oauth-{version}"
    return LabServer(
        name=name,
        title=f"{_PACKAGE} {version}",
        about=about,
        prepare=node.installer(name, node.HERE / "node_oauth_files" / version),
        launch=node.launcher(name),
        target_file=_target_file,
        needs=node.NEEDS,
        ready="/",
    )


SERVERS = (
    _server(
        "5.2.1",
        "CVE-2026-41213: takes verifiers of any length, and a wrong guess does not burn the code. "
        "No discovery document.",
    ),
    _server("5.3.0", "Mends CVE-2026-41213. No discovery document."),
)
