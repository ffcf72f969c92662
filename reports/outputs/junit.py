"""JUnit XML: a suite for each client, a case for each scenario.

The format has no word for "undecided". It is told as an error, which no tool takes for a pass.
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reports.judgement.verdicts import Gate
from reports.outputs.assessment import Assessment, Cell, Client
from reports.outputs.locations import place, stem
from reports.records import Observation

_OUTCOMES = {Gate.VIOLATED: "failure", Gate.UNDECIDED: "error", Gate.STALE: "error"}


def junit(told: Assessment) -> str:
    """The text of ``junit.xml``."""
    root = Element("testsuites", name="codejack")
    for client in told.clients:
        _suite(root, told, client)
    if told.trouble:
        _trouble(root, told)
    _count(root, told.seconds)
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(root: Element, told: Assessment, client: Client) -> None:
    cells = [cell for cell in told.cells if cell.client == client.name]
    suite = SubElement(
        root, "testsuite", name=_class(told, client.name), timestamp=told.started[:19]
    )
    properties = SubElement(suite, "properties")
    facts = {"run": told.run, "codejack": told.version, "issuer": client.issuer, **client.settings}
    for name, value in facts.items():
        SubElement(properties, "property", name=name, value=value)
    for cell in cells:
        _case(suite, told, cell)
    _count(suite, sum(cell.seconds for cell in cells))


def _case(suite: Element, told: Assessment, cell: Cell) -> None:
    file, line = place(told, cell)
    case = SubElement(
        suite,
        "testcase",
        classname=_class(told, cell.client),
        name=_name(told, cell),
        time=f"{cell.seconds:.3f}",
        file=file,
        line=str(line),
    )
    if kind := _OUTCOMES.get(cell.gate):
        bad = SubElement(case, kind, type=cell.gate, message=cell.reason)
        bad.text = "\n".join(_details(cell))
    elif cell.observed is Observation.NOT_APPLICABLE:
        SubElement(case, "skipped", message=cell.reason)


def _details(cell: Cell) -> list[str]:
    named = {
        "Remedy": cell.remedy if cell.gate is Gate.VIOLATED else "",
        "To settle it": cell.settle,
        "Rests on": ", ".join(cell.clauses),
        "Evidence": ", ".join(cell.evidence),
        "Notes": "; ".join(cell.notes),
    }
    return [cell.reason, *(f"{name}: {text}" for name, text in named.items() if text)]


def _trouble(root: Element, told: Assessment) -> None:
    """A run that broke off must not be green because of the cases that it still decided."""
    name = stem(told.target_file)
    suite = SubElement(root, "testsuite", name=f"{name}.run", timestamp=told.started[:19])
    case = SubElement(
        suite, "testcase", classname=f"{name}.run", name="the run came to its end", time="0.000"
    )
    SubElement(case, "error", type="INCOMPLETE", message=told.trouble).text = told.trouble
    _count(suite, 0)


def _count(element: Element, seconds: float) -> None:
    names = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for name, tag in names.items():
        element.set(name, str(len(list(element.iter(tag)))))
    element.set("time", f"{seconds:.3f}")


def _class(told: Assessment, client: str) -> str:
    return f"{stem(told.target_file)}.{client}"


def _name(told: Assessment, cell: Cell) -> str:
    """The scenario, and the channel where it is played over several."""
    channels = {each.channel for each in told.cells if each.scenario == cell.scenario}
    return cell.scenario if len(channels) == 1 else f"{cell.scenario} ({cell.channel})"
