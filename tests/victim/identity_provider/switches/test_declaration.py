import dataclasses
from dataclasses import dataclass

from victim.identity_provider.switches.declaration import METADATA_KEY, weakness


def test_a_weakness_is_off_and_carries_what_is_known_of_it() -> None:
    @dataclass(frozen=True)
    class Switches:
        door_open: bool = weakness("The door is open.", clause="RFC0000#1", published="CVE-0-0")

    (field,) = dataclasses.fields(Switches)

    assert Switches().door_open is False
    assert field.metadata[METADATA_KEY] == {
        "description": "The door is open.",
        "clause": "RFC0000#1",
        "published": "CVE-0-0",
    }
