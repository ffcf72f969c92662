import pytest

from victim.sign_in.document import Document, Link, read, refresh_target
from victim.sign_in.forms import Form

HERE = "https://a.test/in/here?q=1"


def page(html: str) -> Document:
    return read(html, HERE)


def only_form(html: str) -> Form:
    (form,) = page(html).forms
    return form


def test_a_form_is_sent_to_its_page_by_get_unless_it_says_otherwise() -> None:
    assert (only_form("<form>").action, only_form("<form>").method) == (HERE, "GET")
    assert only_form("<form method=PoSt action=../up>").action == "https://a.test/up"
    assert only_form("<form method=PoSt>").method == "POST"
    based = only_form("<base href='https://b.test/x/'><form action=y>")
    assert based.action == "https://b.test/x/y"


def test_what_a_form_sends_is_what_a_browser_would_send() -> None:
    form = only_form("""<form><input name=a value=1><input name=a value=2><input value=nameless>
<input name=off disabled value=x><input type=checkbox name=c><input type=checkbox name=d checked>
<input type=radio name=r value=1><input type=radio name=r value=2 checked>
<select name=s><option value=1><option value=2 selected></select>
<select name=first><option value=1><option value=2></select>
<textarea name=t>long &amp; wide</textarea><input type=submit name=go value=Go>""")

    assert form.fields == {
        "a": ["1", "2"],
        "d": "on",
        "r": "2",
        "s": "2",
        "first": "1",
        "t": "long & wide",
    }
    assert form.choices == {("go", "Go")}


def test_a_control_may_stand_outside_of_its_form() -> None:
    form, other = page("<form id=f></form><form><input form=f name=a value=b></form>").forms

    assert (form.fields, other.fields) == ({"a": "b"}, {})


def test_labels_and_buttons_are_read() -> None:
    form = only_form("""<form><label for=x>Your  <b>name</b></label><input id=x>
<label><input type=checkbox> Keep me</label><button>Go <i>on</i></button>
<input placeholder="Mail" aria-label=Address><button type=button>Script</button>""")

    assert [each.says for each in form.controls] == [
        "Your name",
        "Keep me",
        "Go on",
        "Address Mail",
    ]


def test_a_button_may_send_its_form_elsewhere_and_in_another_way() -> None:
    form = only_form("<form><button formaction=/no formmethod=post name=n value=v>No</button>")
    sent = form.filled_in({}, frozenset(), form.buttons[0])

    assert (sent.action, sent.method, sent.fields) == ("https://a.test/no", "POST", {"n": "v"})


def test_links_frames_and_words_are_read_but_no_script() -> None:
    read_page = page("""<title>A &lt;b&gt;</title><style>x</style><script>var y = "<form>"</script>
<p>Words</p><a href="/x">A <b>link</b></a><iframe src=/framed></iframe>""")

    assert read_page.links == (Link("https://a.test/x", "A link"),)
    assert read_page.frames == ("https://a.test/framed",)
    assert (read_page.text, read_page.forms) == ("Words A link", ())
    assert read_page.title == "A <b>"


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/x", "https://a.test/x"),
        ("3;URL='https://b.test/'", "https://b.test/"),
        ("0, url=x", "https://a.test/in/x"),
        ("3600; url=/x", ""),
        ("5", ""),
        ("soon; url=/x", ""),
    ],
)
def test_a_page_that_goes_on_by_itself_says_where(content: str, target: str) -> None:
    assert refresh_target(content, HERE) == target
    assert page(f'<meta http-equiv=Refresh content="{content}">').refresh == target
