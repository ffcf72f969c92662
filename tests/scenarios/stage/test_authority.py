"""One certificate authority per run, trusted by nobody else."""

import asyncio
import base64
import hashlib
import ssl
import subprocess
from pathlib import Path

import pytest

from scenarios.stage.authority import PrivateAuthority
from scenarios.stage.servers import bind


def authority(folder: Path, name: str) -> PrivateAuthority:
    (folder / name).mkdir()
    return PrivateAuthority(folder / name)


def test_the_pin_is_the_hash_of_the_authoritys_public_key(tmp_path: Path) -> None:
    ours = authority(tmp_path, "ours")
    # By OpenSSL, as the documentation of Chromium's switch has it.
    key = subprocess.run(
        ["openssl", "x509", "-in", ours.certificate, "-noout", "-pubkey"],
        capture_output=True,
        check=True,
    ).stdout
    lines = [line for line in key.decode().splitlines() if "-----" not in line]
    digest = hashlib.sha256(base64.b64decode("".join(lines))).digest()

    assert ours.pin == base64.b64encode(digest).decode()


def test_no_two_authorities_are_alike(tmp_path: Path) -> None:
    assert authority(tmp_path, "one").pin != authority(tmp_path, "two").pin


async def handshake(server: PrivateAuthority, client: ssl.SSLContext, name: str) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.server_files("login.idp.test"))
    listener = bind("127.0.0.1", 0)

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, sock=listener, ssl=context):
        reader, writer = await asyncio.open_connection(
            *listener.getsockname(), ssl=client, server_hostname=name
        )
        try:
            return (await reader.read()).decode()
        finally:
            writer.close()


def test_its_own_servers_are_trusted(tmp_path: Path) -> None:
    ours = authority(tmp_path, "ours")
    assert asyncio.run(handshake(ours, ours.client_context(), "login.idp.test")) == "hello"


def test_a_server_of_another_authority_is_refused(tmp_path: Path) -> None:
    ours, theirs = authority(tmp_path, "ours"), authority(tmp_path, "theirs")
    with pytest.raises(ssl.SSLCertVerificationError):
        asyncio.run(handshake(theirs, ours.client_context(), "login.idp.test"))


def test_its_own_server_under_another_name_is_refused(tmp_path: Path) -> None:
    ours = authority(tmp_path, "ours")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        asyncio.run(handshake(ours, ours.client_context(), "other.idp.test"))


def test_the_client_context_knows_one_authority_and_verifies(tmp_path: Path) -> None:
    context = authority(tmp_path, "ours").client_context()
    assert len(context.get_ca_certs()) == 1
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_system_trust_store_does_not_know_it(tmp_path: Path) -> None:
    ours = authority(tmp_path, "ours")
    with pytest.raises(ssl.SSLCertVerificationError):
        asyncio.run(handshake(ours, ssl.create_default_context(), "login.idp.test"))


def test_everything_it_writes_is_in_its_own_directory(tmp_path: Path) -> None:
    ours = authority(tmp_path, "ours")
    path = ours.server_files("login.idp.test", "other.idp.test")
    assert path.parent == tmp_path / "ours"
    assert {child.name for child in tmp_path.iterdir()} == {"ours"}
