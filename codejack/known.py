"""A target as it is known before anything is played, and what is cleaned up when all is over."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.real import RealSite
from scenarios.targets.checks import hosts_of
from scenarios.targets.direct import directly
from scenarios.targets.discovery import discover
from scenarios.targets.reading import TargetFile, read_target
from scenarios.targets.registration import (
    Registration,
    RegistrationError,
    register,
    unregister,
)
from scenarios.targets.revocation import revoke
from scenarios.targets.site import ca_file_of, site_of


@dataclass(frozen=True)
class Known:
    """A target file, and the site that it describes together with what the server publishes.

    ``registrations`` are the clients that have registered themselves just now, by name.
    """

    target: TargetFile
    site: RealSite
    registrations: Mapping[str, Registration]


def known_target(path: Path) -> Known:
    """Read a target file, ask the server what it publishes, and register who wants to be.

    Raises :class:`scenarios.targets.problems.TargetFileError`,
    :class:`scenarios.targets.discovery.DiscoveryError`, and
    :class:`scenarios.targets.registration.RegistrationError`.
    """
    return asyncio.run(_known(read_target(path)))


async def _known(target: TargetFile) -> Known:
    provider, clients = target.sections.provider, target.sections.clients
    async with directly(ca_file_of(target)) as http:
        published = await discover(provider.issuer, http) if provider.discovery else {}
        site_of(target, published)  # what is wrong is said before anything is registered
        endpoint = provider.registration_endpoint or published.get("registration_endpoint", "")
        registrations: dict[str, Registration] = {}
        try:
            for name, client in clients.items():
                if client.register:
                    registrations[name] = await register(name, client, str(endpoint), http)
        except RegistrationError:
            for each in registrations.values():
                await unregister(each, http, hosts_of(target.sections))
            raise
    return Known(target, site_of(target, published, registrations), registrations)


def clean_up(known: Known) -> list[str]:
    """Revoke tokens, and take out again who has registered itself; a sentence for what is left."""
    return asyncio.run(_clean_up(known))


async def _clean_up(known: Known) -> list[str]:
    site = known.site
    async with directly(ca_file_of(known.target)) as http:
        endpoint = str(site.server.metadata.get("revocation_endpoint", ""))
        clients = {each.client_id: each for each in site.clients}
        left = await revoke(site.issued, clients, endpoint, http)
        return [left] * bool(left) + [
            f"client {name} ({each.client_id}) stays registered: the server takes nobody out"
            for name, each in known.registrations.items()
            if not await unregister(each, http, hosts_of(known.target.sections))
        ]
