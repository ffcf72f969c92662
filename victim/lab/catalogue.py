"""All servers of the lab, by name."""

from victim.lab import (
    authlib_server,
    cloudflare,
    django_oauth_toolkit,
    keycloak,
    lemonldap,
    node_oauth,
    oidc_provider,
    spring,
)

_FAMILIES = (
    oidc_provider.SERVERS,
    django_oauth_toolkit.SERVERS,
    authlib_server.SERVERS,
    lemonldap.SERVERS,
    keycloak.SERVERS,
    cloudflare.SERVERS,
    node_oauth.SERVERS,
    spring.SERVERS,
)

SERVERS = {server.name: server for family in _FAMILIES for server in family}
