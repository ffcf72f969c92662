from victim.sign_in.forms import Control, Form


def test_what_is_typed_and_ticked_replaces_what_stands_there() -> None:
    form = Form(
        "https://a.test/",
        controls=(
            Control(0, "text", "name", "before"),
            Control(1, "radio", "choice", "no", ticked=True),
            Control(2, "radio", "choice", "yes"),
            Control(3, "checkbox", "box", "on"),
            Control(4, "hidden", "csrf", "c"),
            Control(5, "submit", "go", "1"),
            Control(6, "image", "picture"),
        ),
    )

    sent = form.filled_in({0: "alice"}, frozenset({2, 3}), form.controls[5])
    assert sent.fields == {"name": "alice", "choice": "yes", "box": "on", "csrf": "c", "go": "1"}
    sent = form.filled_in({}, frozenset(), form.controls[6])
    assert sent.fields == {
        "name": "before",
        "choice": "no",
        "csrf": "c",
        "picture.x": "1",
        "picture.y": "1",
    }
