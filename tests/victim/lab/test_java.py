"""What Maven is told is pinned, what it cannot do is said, and pairs differ in one thing."""

import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from victim.lab import java, spring
from victim.lab.catalogue import SERVERS
from victim.lab.server import LabError
from victim.lab.workshop import Workshop

POM = Path(spring.__file__).parent / "spring_files/pom.xml"
PROJECT = {"m": "http://maven.apache.org/POM/4.0.0"}

# Does what it is called for here: put a distribution there, or a jar.
MVN = f"""#!/bin/sh
echo "$@" >> calls
mkdir -p keycloak-26.7.3/bin keycloak-26.7.3/conf keycloak-26.7.3/lib target
echo 'echo "$@" > built' > keycloak-26.7.3/bin/kc.sh
{sys.executable} -m zipfile -c keycloak-quarkus-dist-26.7.3.zip keycloak-26.7.3
rm -r keycloak-26.7.3
"""


@pytest.fixture
def mvn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin/mvn"
    program.parent.mkdir()
    program.write_text(MVN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return program


def prepared(folder: Path, name: str) -> Workshop:
    workshop = Workshop(folder / name, folder / "packages", lambda line: None)
    SERVERS[name].prepare(workshop)
    return workshop


def realm(workshop: Workshop) -> dict[str, Any]:
    text = (workshop.state / "home/data/import/demo-realm.json").read_text()
    made: dict[str, Any] = json.loads(text)
    return made


def spring_config(workshop: Workshop) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((workshop.state / "config.yaml").read_text())
    return config


def test_what_maven_cannot_do_is_shown_with_what_to_look_at(tmp_path: Path, mvn: Path) -> None:
    mvn.write_text("#!/bin/sh\necho '[ERROR] no route to host'\nexit 1\n")

    with pytest.raises(LabError, match=r"(?s)could not install It 1.0.*no route to host.*again"):
        java.maven("It 1.0", tmp_path)


def test_the_build_pins_every_version_that_it_names() -> None:
    project = ET.parse(POM).getroot()
    parent = project.findtext("m:parent/m:version", namespaces=PROJECT)
    own = [one.text for one in project.iterfind("m:properties/*", PROJECT)]

    assert re.fullmatch(r"\d+\.\d+\.\d+", str(parent))
    assert all(re.fullmatch(r"[\d.]+", str(version)) for version in own)


@pytest.mark.usefixtures("mvn")
def test_the_versions_of_spring_differ_in_nothing_but_the_version(tmp_path: Path) -> None:
    calls, configs = [], []
    for version in ("1.2.2", "1.2.3"):
        workshop = prepared(tmp_path, f"spring-authorization-server-{version}")
        folder = workshop.packages / f"java/spring-authorization-server-{version}"
        calls.append((folder / "calls").read_text().replace(version, "VERSION"))
        configs.append(spring_config(workshop)["spring"]["security"]["oauth2"])
        assert (folder / "pom.xml").read_text() == POM.read_text()

    assert calls[0] == calls[1]
    assert "-Dspring-authorization-server.version=VERSION" in calls[0]
    clients = [config["authorizationserver"]["client"] for config in configs]
    for client in clients:
        del client["confidential"]["registration"]["client-secret"]
    assert clients[0] == clients[1]
    assert {name: one["require-proof-key"] for name, one in clients[0].items()} == {
        "public": True,
        "confidential": False,
        "spa": True,
    }


@pytest.mark.usefixtures("mvn")
def test_the_realms_of_keycloak_differ_in_nothing_but_the_pkce_method(tmp_path: Path) -> None:
    new = realm(prepared(tmp_path, "keycloak"))
    strict = realm(prepared(tmp_path, "keycloak-s256"))

    assert [client.pop("attributes") for client in new["clients"]] == [{}] * 3
    assert [client.pop("attributes") for client in strict["clients"]] == [
        {"pkce.code.challenge.method": "S256"}
    ] * 3
    public = {client["clientId"]: client["publicClient"] for client in new["clients"]}
    assert public == {"demo-public": True, "demo-confidential": False, "demo-spa": True}
    for client in (*new["clients"], *strict["clients"]):
        client.pop("secret", None)
    assert new["clients"] == strict["clients"]


@pytest.mark.usefixtures("mvn")
def test_two_keycloaks_share_what_is_installed_and_keep_their_data_apart(tmp_path: Path) -> None:
    one, other = (prepared(tmp_path, name) for name in ("keycloak", "keycloak-s256"))

    installed = tmp_path / "packages/java/keycloak-26.7.3"
    assert len((installed / "calls").read_text().splitlines()) == 1
    assert (installed / "keycloak-26.7.3/built").read_text().startswith("build")
    assert (one.state / "home/lib").resolve() == (other.state / "home/lib").resolve()
    (one.state / "home/data/h2").touch()
    prepared(tmp_path, "keycloak")
    assert not (one.state / "home/data/h2").exists()
    assert not (installed / "keycloak-26.7.3/data").exists()


def test_a_keycloak_that_does_not_build_itself_shows_why(tmp_path: Path, mvn: Path) -> None:
    mvn.write_text(MVN.replace('echo "$@" > built', "echo too old; exit 3"))

    with pytest.raises(LabError, match=r"(?s)could not build itself.*too old.*Install Java"):
        prepared(tmp_path, "keycloak")
