"""A page of HTML as its reader sees it: forms, links, frames, and what it says."""

from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import urljoin

from victim.sign_in.forms import BUTTONS, Control, Form, fields_of

_UNSEEN = frozenset({"script", "style", "template", "title"})
_LONGEST_REFRESH_SECONDS = 30.0


@dataclass(frozen=True)
class Link:
    """A link, and what a person reads on it."""

    url: str
    says: str
    number: int = 0


@dataclass(frozen=True)
class Document:
    """What a page has for a person. ``refresh`` is where it goes on by itself, after a while."""

    forms: tuple[Form, ...] = ()
    links: tuple[Link, ...] = ()
    frames: tuple[str, ...] = ()
    refresh: str = ""
    title: str = ""
    text: str = ""


def read(html: str, url: str) -> Document:
    """Read the page that came from ``url``."""
    reader = _Reader(url)
    reader.feed(html)
    reader.close()
    reader.end_of_page()
    return reader.document()


def refresh_target(content: str, base: str) -> str:
    """Where a ``Refresh`` header, or the ``meta`` element of that name, leads; or nowhere."""
    delay, _, rest = content.replace(",", ";", 1).partition(";")
    name, _, target = rest.strip().partition("=")
    try:
        soon = float(delay.strip() or 0) <= _LONGEST_REFRESH_SECONDS
    except ValueError:
        return ""
    if not soon or name.strip().lower() != "url":
        return ""
    return urljoin(base, target.strip().strip("'\""))


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = self._base = url
        self._attributes: list[dict[str, str]] = []
        self._open: int | None = None
        self._controls: list[tuple[Control, int | None, str]] = []
        self._labels: dict[str, str] = {}
        self._links: list[Link] = []
        self._frames: list[str] = []
        self._refresh = self._title = ""
        self._text: list[str] = []  # in pieces: to grow one long text takes time by its square
        self._unseen = ""
        self._label: tuple[str, int] | None = None
        self._reading: str = ""
        self._began = 0

    def end_of_page(self) -> None:
        # What is still open ends here.
        if self._reading:
            self.handle_endtag(self._reading)

    def document(self) -> Document:
        controls = [(self._named(each), owner) for each, owner in self._owned()]
        forms = []
        for number, attributes in enumerate(self._attributes):
            own = [each for each, owner in controls if owner == number]
            buttons = ((each.name, each.value) for each in own if each.kind in BUTTONS)
            forms.append(
                Form(
                    urljoin(self._base, attributes.get("action", "").strip() or self._url),
                    fields_of(own),
                    frozenset(each for each in buttons if each[0]),
                    _method(attributes.get("method", "")) or "GET",
                    tuple(own),
                    attributes.get("id", ""),
                )
            )
        words = " ".join("".join(self._text).split())
        title = " ".join(self._title.split())
        links, frames = tuple(self._links), tuple(self._frames)
        return Document(tuple(forms), links, frames, self._refresh, title, words)

    def _owned(self) -> list[tuple[Control, int | None]]:
        by_id = {each["id"]: n for n, each in enumerate(self._attributes) if each.get("id")}
        return [(each, by_id.get(named) if named else n) for each, n, named in self._controls]

    def _named(self, control: Control) -> Control:
        label = self._labels.get(control.id, "") if control.id else ""
        return replace(control, says=" ".join(f"{control.says} {label}".split()))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in reversed(attrs)}
        if tag in _UNSEEN:
            self._unseen = tag
        elif tag == "base" and "href" in attributes:
            self._base = urljoin(self._url, attributes["href"])
        elif tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            self._refresh = refresh_target(attributes.get("content", ""), self._base)
        elif tag == "form" and self._open is None:
            self._open = len(self._attributes)
            self._attributes.append(attributes)
        elif tag == "label":
            self._label = (attributes.get("for", ""), len(self._controls))
            self._began = len(self._text)
        elif tag == "a" and "href" in attributes:
            url = urljoin(self._base, attributes["href"].strip())
            self._links.append(Link(url, attributes.get("aria-label", ""), len(self._links)))
            self._read("a")
        elif tag in {"iframe", "frame"} and attributes.get("src"):
            self._frames.append(urljoin(self._base, attributes["src"]))
        else:
            self._control(tag, attributes)

    def _control(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "option" and self._controls and self._controls[-1][0].kind == "select":
            control, owner, named = self._controls[-1]
            # A list shows its first entry until another one is chosen.
            if "selected" in attributes or not control.ticked:
                chosen = replace(control, value=attributes.get("value", ""), ticked=True)
                self._controls[-1] = (chosen, owner, named)
        if tag not in {"input", "button", "select", "textarea"}:
            return
        kind = attributes.get("type", "").lower()
        if tag == "input":
            kind = kind if kind in _KINDS else "text"
        elif tag == "button":
            kind = kind if kind in {"button", "reset"} else "submit"
        else:
            kind = tag
        control = self._with(kind, attributes)
        if kind in {"reset", "button"}:
            return
        self._controls.append((control, self._open, attributes.get("form", "")))
        if tag in {"button", "textarea"}:
            self._read(tag)

    def _with(self, kind: str, attributes: dict[str, str]) -> Control:
        style = attributes.get("style", "").replace(" ", "").lower()
        unseen = "hidden" in attributes or "display:none" in style or "visibility:hidden" in style
        action = attributes.get("formaction", "")
        words = (attributes.get(each, "") for each in ("aria-label", "placeholder", "title", "alt"))
        disabled = "disabled" in attributes
        return Control(
            len(self._controls),
            "disabled" if disabled else kind,
            attributes.get("name", ""),
            attributes.get("value", "on" if kind in {"checkbox", "radio"} else ""),
            attributes.get("id", ""),
            " ".join(each for each in words if each),
            attributes.get("autocomplete", "").lower(),
            ticked="checked" in attributes,
            hidden=kind == "hidden" or unseen,
            required="required" in attributes,
            settled=disabled or "readonly" in attributes,
            action=urljoin(self._base, action) if action else "",
            method=_method(attributes.get("formmethod", "")),
        )

    def _read(self, what: str) -> None:
        self._reading, self._began = what, len(self._text)

    def handle_data(self, data: str) -> None:
        if self._unseen == "title":
            self._title += data
        elif not self._unseen:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""
        elif tag == "form":
            self._open = None
        elif tag == "label" and self._label is not None:
            self._end_label(self._read_since())
        elif tag == self._reading:
            self._reading = ""
            read = self._read_since()
            if tag == "a":
                link = self._links[-1]
                self._links[-1] = replace(link, says=" ".join(f"{link.says} {read}".split()))
            else:
                self._end_control(tag, read)
        if tag not in _INLINE:
            self._text.append(" ")

    def _read_since(self) -> str:
        return "".join(self._text[self._began :])

    def _end_label(self, read: str) -> None:
        assert self._label is not None
        target, began = self._label
        self._label = None
        if target:
            self._labels[target] = f"{self._labels.get(target, '')} {read}"
        elif began < len(self._controls):
            control, owner, named = self._controls[began]
            self._controls[began] = (
                replace(control, says=f"{control.says} {read}"),
                owner,
                named,
            )

    def _end_control(self, tag: str, read: str) -> None:
        control, owner, named = self._controls[-1]
        if tag == "textarea":
            control = replace(control, value=read)
        else:
            control = replace(control, says=f"{control.says} {read}")
        self._controls[-1] = (control, owner, named)


_INLINE = frozenset({"b", "i", "em", "strong", "span", "a", "code"})
_KINDS = BUTTONS | {
    *("text", "email", "tel", "password", "hidden", "checkbox", "radio"),
    *("reset", "number", "url", "search", "file", "date"),
}


def _method(value: str) -> str:
    return value.upper() if value.upper() in {"GET", "POST"} else ""
