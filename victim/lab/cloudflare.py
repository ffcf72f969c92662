"""@cloudflare/workers-oauth-provider: two published flaws, and the version that mends both."""

from victim.lab import node
from victim.lab.server import LabServer
from victim.lab.target_file import REDIRECT_URI, Table, target_text
from victim.lab.workshop import Workshop

_PACKAGE = "@cloudflare/workers-oauth-provider"


def _target_file(workshop: Workshop) -> str:
    dynamic: Table = {
        "type": "public",
        "register": True,
        "redirect_uris": [REDIRECT_URI],
        "scope": "profile",
    }
    return target_text(
        workshop,
        scope="profile",
        clients={"dynamic": dynamic},
        resource={"url": f"{workshop.url}/api/whoami", "subject": "username"},
    )


def _server(version: str, about: str) -> LabServer:
    name = f"workers-oauth-provider-{version}"
    return LabServer(
        name=name,
        title=f"{_PACKAGE} {version}",
        about=about,
        prepare=node.installer(name, node.HERE / "cloudflare_files" / version),
        launch=node.launcher(name),
        target_file=_target_file,
        needs=node.NEEDS,
        ready="/.well-known/oauth-authorization-server",
    )


SERVERS = (
    _server(
        "0.0.4",
        "CVE-2025-4143: any redirect_uri at the authorization endpoint. "
        "CVE-2025-4144: a code without a challenge is redeemed with a verifier.",
    ),
    _server("0.0.5", "Mends CVE-2025-4143 and CVE-2025-4144."),
)
