"""What every server of the lab says about itself."""

import re

import pytest

from victim.lab.catalogue import SERVERS
from victim.lab.server import LabServer

NAMES = [pytest.param(server, id=name) for name, server in SERVERS.items()]


@pytest.mark.parametrize("server", NAMES)
def test_a_server_has_a_name_for_a_folder_a_version_and_a_sentence(server: LabServer) -> None:
    assert re.fullmatch(r"[a-z0-9.]+(-[a-z0-9.]+)*", server.name)
    assert re.search(r"\d", server.title)
    assert server.about.endswith(".")
    assert all(tool.remedy.endswith(".") for tool in server.needs)


def test_no_name_is_given_twice() -> None:
    assert len({server.title for server in SERVERS.values()}) <= len(SERVERS)
    assert all(name == server.name for name, server in SERVERS.items())
