"""What the hosts of a library are told: where to listen, which users and clients to know."""

from victim.lab.target_file import CLIENTS, REDIRECT_URI, USERS
from victim.lab.workshop import ADDRESS, Workshop


def configuration(workshop: Workshop) -> dict[str, object]:
    """The same for every host, to be written as JSON; makes up the secrets that are missing."""
    return {
        "address": ADDRESS,
        "port": workshop.port,
        "issuer": workshop.url,
        "users": {user: workshop.secret(user) for user in USERS},
        "clients": [
            {
                "id": client.client_id,
                "secret": workshop.secret(client.client_id) if client.has_secret else None,
                "redirectUris": [REDIRECT_URI],
            }
            for client in CLIENTS
        ],
    }
