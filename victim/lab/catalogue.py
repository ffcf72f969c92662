"""All servers of the lab, by name."""

from victim.lab.server import LabServer

_FAMILIES: tuple[tuple[LabServer, ...], ...] = ()

SERVERS = {server.name: server for family in _FAMILIES for server in family}
