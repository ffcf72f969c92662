"""All servers of the lab, by name."""

from victim.lab import (
    authlib_server,
    cloudflare,
    django_oauth_toolkit,
    lemonldap,
    node_oauth,
    oidc_provider,
)

_FAMILIES = (
    oidc_provider.SERVERS,
    django_oauth_toolkit.SERVERS,
    authlib_server.SERVERS,
    lemonldap.SERVERS,
    cloudflare.SERVERS,
    node_oauth.SERVERS,
)

SERVERS = {server.name: server for family in _FAMILIES for server in family}
