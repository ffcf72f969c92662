"""All servers of the lab, by name."""

from victim.lab import cloudflare, node_oauth, oidc_provider

_FAMILIES = (oidc_provider.SERVERS, cloudflare.SERVERS, node_oauth.SERVERS)

SERVERS = {server.name: server for family in _FAMILIES for server in family}
