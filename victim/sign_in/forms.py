"""The forms of a page, as a browser has them: their controls, and what they send."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

BUTTONS = frozenset({"submit", "image", "button"})
_TICKED = frozenset({"checkbox", "radio"})
_TYPED = frozenset({"text", "email", "tel", "textarea", "number", "url"})

Fields = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Control:
    """One input, button, list or text area of a form.

    ``number`` is its place in the page, ``says`` what a person reads at it (its label, or what
    stands on the button), and ``autocomplete`` what the page says that it is for.
    """

    number: int
    kind: str
    name: str = ""
    value: str = ""
    id: str = ""
    says: str = ""
    autocomplete: str = ""
    ticked: bool = False
    hidden: bool = False
    required: bool = False
    settled: bool = False
    """Read-only or disabled: nobody types into it."""
    action: str = ""
    """Where a button sends the form, if that is elsewhere than the form says."""
    method: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether a person types text into it that may be seen."""
        return self.kind in _TYPED and not self.hidden and not self.settled

    @property
    def is_password(self) -> bool:
        """Whether a person types a password into it."""
        return self.kind == "password" and not self.hidden and not self.settled

    @property
    def is_button(self) -> bool:
        """Whether a person can press it."""
        return self.kind in BUTTONS and not self.hidden and not self.settled

    @property
    def is_ticked(self) -> bool:
        """Whether it is a box or a choice that a person can see."""
        return self.kind in _TICKED and not self.hidden and not self.settled

    @property
    def words(self) -> str:
        """All that tells what it is for, in lower case."""
        value = self.value if self.is_button else ""
        return f"{self.says} {value} {self.name} {self.id} {self.autocomplete}".lower()


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, and its fields as they stand (name to value or values)."""

    action: str
    fields: Fields = field(default_factory=dict)
    choices: frozenset[tuple[str, str]] = frozenset()
    """Its buttons that have a name."""
    method: str = "POST"
    controls: tuple[Control, ...] = field(default=(), compare=False, repr=False)
    id: str = field(default="", compare=False)

    @property
    def buttons(self) -> tuple[Control, ...]:
        """What a person can press, in the order of the page."""
        return tuple(each for each in self.controls if each.is_button)

    @property
    def is_hidden(self) -> bool:
        """Whether there is nothing to fill in, so that it can only be sent as it stands."""
        visible = (each for each in self.controls if not each.hidden and each.kind != "hidden")
        return all(each.is_button for each in visible)

    def filled_in(
        self, typed: Mapping[int, str], ticked: frozenset[int], button: Control | None
    ) -> "Form":
        """This form with what a person types and ticks, sent by this button.

        ``typed`` and ``ticked`` know the controls by their number.
        """
        controls = [_answered(each, typed, ticked) for each in self.controls]
        chosen = {each.name for each in controls if each.kind == "radio" and each.number in ticked}
        unset = [
            replace(each, ticked=False)
            if each.kind == "radio" and each.name in chosen and each.number not in ticked
            else each
            for each in controls
        ]
        return replace(
            self,
            action=(button and button.action) or self.action,
            method=(button and button.method) or self.method,
            fields=fields_of(unset, button),
        )


def fields_of(controls: list[Control], button: Control | None = None) -> Fields:
    """What these controls send, if the form is sent by ``button``."""
    fields: dict[str, str | list[str]] = {}
    for each in controls:
        if each.kind in BUTTONS and (button is None or each.number != button.number):
            continue
        if not each.name or each.kind == "disabled" or (each.kind in _TICKED and not each.ticked):
            continue
        names = [f"{each.name}.x", f"{each.name}.y"] if each.kind == "image" else [each.name]
        for name in names:
            value = "1" if each.kind == "image" else each.value
            before = fields.get(name)
            if before is None:
                fields[name] = value
            elif isinstance(before, str):
                fields[name] = [before, value]
            else:
                before.append(value)
    return fields


def _answered(control: Control, typed: Mapping[int, str], ticked: frozenset[int]) -> Control:
    if control.number in typed:
        return replace(control, value=typed[control.number])
    return replace(control, ticked=control.ticked or control.number in ticked)
