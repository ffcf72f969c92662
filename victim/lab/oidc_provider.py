"""oidc-provider: certified, strict by default. The server that an assessment should find sound."""

from victim.lab import node
from victim.lab.server import LabServer
from victim.lab.target_file import target_text

_VERSION = "9.13.3"
_NAME = f"oidc-provider-{_VERSION}"

SERVERS = (
    LabServer(
        name="oidc-provider",
        title=f"oidc-provider {_VERSION}",
        about="Node.js, OpenID certified: PKCE with S256 for all; its sign-in has two pages.",
        prepare=node.installer(_NAME, node.HERE / "oidc_provider_files"),
        launch=node.launcher(_NAME),
        target_file=target_text,
        needs=node.NEEDS,
    ),
)
