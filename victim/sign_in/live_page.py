"""A page in a real browser: read as a document, and acted on as a person would."""

from typing import Any, NamedTuple

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame

from victim.sign_in.document import Document, Link
from victim.sign_in.forms import Control, Form, fields_of
from victim.sign_in.next_step import Step

_PRESS_MILLISECONDS = 5000
_MARK = "data-codejack"

# Numbers what can be acted on. What stands in no form is read as one form of its own, for pages
# whose script sends what is typed.
_READ = """() => {
  const shown = e => e.checkVisibility({visibilityProperty: true}) && e.type !== 'hidden';
  const tidy = text => (text || '').replace(/\\s+/g, ' ').trim();
  const label = e => tidy([e.getAttribute('aria-label'), e.placeholder, e.title, e.alt,
    ...[...(e.labels || [])].map(l => l.innerText),
    e.tagName === 'BUTTON' ? e.innerText : ''].filter(Boolean).join(' '));
  const mark = (e, name) => e.setAttribute('data-codejack', name);
  const forms = [...document.forms, null];
  const kinds = {TEXTAREA: 'textarea', SELECT: 'select'};
  const all = [...document.querySelectorAll('input, button, select, textarea, [role=button]')];
  const controls = all.map((e, n) => { mark(e, 'c' + n); return {
    owner: forms.indexOf(e.form || null),
    number: n, kind: kinds[e.tagName] || e.type || 'button', name: e.name || '',
    value: e.value || '', id: e.id,
    says: label(e) || tidy(e.tagName === 'INPUT' ? '' : e.innerText),
    autocomplete: (e.getAttribute('autocomplete') || '').toLowerCase(),
    ticked: !!e.checked, hidden: !shown(e), required: !!e.required,
    settled: !!(e.disabled || e.readOnly)}; });
  const links = [...document.querySelectorAll('a[href]')].filter(shown).map((e, n) => {
    mark(e, 'a' + n); return {url: e.href, says: label(e) || tidy(e.innerText), number: n}; });
  return {controls, links, title: document.title, text: tidy(document.body?.innerText),
    forms: forms.map(f => f ? {action: f.getAttribute('action') ? new URL(f.getAttribute('action'),
      document.baseURI).href : location.href, method: f.method.toUpperCase(),
      id: f.id} : {action: location.href, method: 'POST', id: ''})};
}"""


class Spot(NamedTuple):
    """A point of a page, and the size of a window that shows it, all in CSS pixels."""

    x: float
    y: float
    width: float
    height: float


async def read_live(frame: Frame) -> Document:
    """What a person sees in this frame now. Raises ``playwright.async_api.Error`` if it is gone."""
    seen: dict[str, Any] = await frame.evaluate(_READ)
    forms: list[Form] = []
    for number, form in enumerate(seen["forms"]):
        own = [_control(each) for each in seen["controls"] if each["owner"] == number]
        if own:
            forms.append(
                Form(
                    form["action"],
                    fields_of(own),
                    method=form["method"],
                    controls=tuple(own),
                    id=form["id"],
                )
            )
    links = tuple(Link(**each) for each in seen["links"])
    return Document(tuple(forms), links, title=seen["title"], text=seen["text"])


async def act(frame: Frame, step: Step) -> None:
    """Do this step as a person would: type, tick, and press. Pages that send themselves do so."""
    for number, text in step.typed.items():
        await frame.fill(_at(f"c{number}"), text, timeout=_PRESS_MILLISECONDS)
    for number in step.ticked:
        await frame.check(_at(f"c{number}"), timeout=_PRESS_MILLISECONDS)
    if step.button is not None:
        # A redirect to what the browser does not open must not be waited for.
        await frame.click(
            _at(f"c{step.button.number}"), timeout=_PRESS_MILLISECONDS, no_wait_after=True
        )
    elif step.link is not None:
        await frame.click(_at(f"a{step.link.number}"), timeout=_PRESS_MILLISECONDS)
    elif step.typed:
        await frame.press(_at(f"c{max(step.typed)}"), "Enter", timeout=_PRESS_MILLISECONDS)


async def place_of(frame: Frame, control: Control) -> Spot:
    """Where the middle of a control is, in a window as high as the whole page.

    Raises ``playwright.async_api.Error`` if it is gone.
    """
    page = frame.page
    box = await frame.locator(_at(f"c{control.number}")).bounding_box(timeout=_PRESS_MILLISECONDS)
    if box is None:
        raise PlaywrightError("the button is not shown")
    size: dict[str, float] = await page.main_frame.evaluate(
        "() => ({width: innerWidth, top: scrollY,"
        " height: Math.max(innerHeight, document.documentElement.scrollHeight)})"
    )
    x, y = box["x"] + box["width"] / 2, size["top"] + box["y"] + box["height"] / 2
    return Spot(x, y, size["width"], size["height"])


def _control(seen: dict[str, Any]) -> Control:
    return Control(**{name: value for name, value in seen.items() if name != "owner"})


def _at(mark: str) -> str:
    return f"[{_MARK}={mark}]"


async def numbered(frame: Frame, selector: str, number: int) -> Control | None:
    """The first visible thing that a selector finds, known by this number from now on."""
    found = frame.locator(selector).locator("visible=true").first if selector else None
    if found is None or not await found.count():
        return None
    await found.evaluate(f"(e, mark) => e.setAttribute('{_MARK}', mark)", f"c{number}")
    return Control(number, "submit")
