from dataclasses import dataclass

from victim.weakness import Weakness, declared_in, weakness


def test_a_weakness_is_off_and_carries_what_is_known_of_it() -> None:
    @dataclass(frozen=True)
    class Switches:
        lifetime: float = 60
        door_open: bool = weakness(
            "The door is open.", clause="RFC0000#1", published="CVE-0-0", needs=("no_guard",)
        )
        no_guard: bool = weakness("Nobody is there.", clause="RFC0000#2")

    assert Switches().door_open is False
    assert list(declared_in(Switches)) == [
        Weakness("door_open", "The door is open.", "RFC0000#1", "CVE-0-0", ("no_guard",)),
        Weakness("no_guard", "Nobody is there.", "RFC0000#2"),
    ]
