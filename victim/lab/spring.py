"""Spring Authorization Server: PKCE undone for confidential clients, before and after."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from victim.lab import java
from victim.lab.server import LabServer, Launch
from victim.lab.target_file import CLIENTS, REDIRECT_URI, USERS, LabClient, target_text
from victim.lab.workshop import ADDRESS, Workshop

_FILES = Path(__file__).parent / "spring_files"
_JAR = "target/server.jar"
_CONFIG = "config.yaml"


def _preparer(version: str) -> Callable[[Workshop], None]:
    def prepare(workshop: Workshop) -> None:
        def install(folder: Path) -> None:
            workshop.tell(f"Building Spring Authorization Server {version} with Maven")
            shutil.copytree(_FILES, folder, dirs_exist_ok=True)
            pinned = f"-Dspring-authorization-server.version={version}"
            java.maven(f"Spring Authorization Server {version}", folder, pinned, "package")

        sources = sorted(path for path in _FILES.rglob("*") if path.is_file())
        key = "\n".join([version, *(path.read_text() for path in sources)])
        workshop.installed(_folder(version), key, install)
        # What is JSON is YAML, too, and Spring Boot reads only the latter.
        workshop.write(_CONFIG, json.dumps(_config(workshop), indent=2))

    return prepare


def _launcher(version: str) -> Callable[[Workshop], Launch]:
    def launch(workshop: Workshop) -> Launch:
        config = f"--spring.config.location=file:{workshop.state / _CONFIG}"
        jar = str(workshop.packages / _folder(version) / _JAR)
        command = ("java", "-Xmx256m", java.QUICK_START, "-jar", jar, config)
        return Launch(command, workshop.state)

    return launch


def _folder(version: str) -> str:
    return f"java/spring-authorization-server-{version}"


def _config(workshop: Workshop) -> dict[str, object]:
    server = {
        "issuer": workshop.url,
        "client": {client.name: _client(workshop, client) for client in CLIENTS},
    }
    return {
        "server": {"address": ADDRESS, "port": workshop.port},
        "spring": {"security": {"oauth2": {"authorizationserver": server}}},
        "lab": {"users": {user: workshop.secret(user) for user in USERS}},
    }


def _client(workshop: Workshop, client: LabClient) -> dict[str, object]:
    registration: dict[str, object] = {
        "client-id": client.client_id,
        "client-authentication-methods": ["none"],
        "authorization-grant-types": ["authorization_code"],
        "redirect-uris": [REDIRECT_URI],
        "scopes": ["openid", "profile"],
    }
    if client.has_secret:
        registration |= {
            "client-secret": f"{{noop}}{workshop.secret(client.client_id)}",
            "client-authentication-methods": ["client_secret_basic"],
            "authorization-grant-types": ["authorization_code", "refresh_token"],
        }
    return {
        "registration": registration,
        "require-authorization-consent": True,
        # The documentation sets it for public clients. For others it is off unless it is set, and
        # what such a client does of its own accord is what CVE-2024-22258 undoes.
        "require-proof-key": not client.has_secret,
    }


def _server(version: str, about: str) -> LabServer:
    return LabServer(
        name=f"spring-authorization-server-{version}",
        title=f"Spring Authorization Server {version}",
        about=about,
        prepare=_preparer(version),
        launch=_launcher(version),
        target_file=target_text,
        needs=(java.JAVA, java.COMPILER, java.MAVEN),
        patience_seconds=180,
    )


SERVERS = (
    _server(
        "1.2.2",
        "CVE-2024-22258: a confidential client's code without a challenge is redeemed with a "
        "verifier.",
    ),
    _server("1.2.3", "Mends CVE-2024-22258."),
)
