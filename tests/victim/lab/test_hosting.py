"""What the hosts are told is what the target file says."""

from pathlib import Path

from victim.lab.hosting import configuration
from victim.lab.workshop import Workshop


def test_users_and_confidential_clients_have_the_secrets_that_lie_beside_the_target(
    tmp_path: Path,
) -> None:
    workshop = Workshop(tmp_path, tmp_path, lambda line: None)

    told = configuration(workshop)

    assert told["issuer"] == f"http://{told['address']}:{told['port']}"
    assert told["users"] == {
        name: (tmp_path / "secrets" / name).read_text() for name in ("alice", "mallory")
    }
    assert told["clients"] == [
        {
            "id": f"demo-{name}",
            "secret": secret,
            "redirectUris": ["https://app.example.com/callback"],
        }
        for name, secret in (
            ("public", None),
            ("confidential", (tmp_path / "secrets/demo-confidential").read_text()),
            ("spa", None),
        )
    ]
