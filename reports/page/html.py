"""The attack report: one HTML file that opens from disk and asks the network for nothing.

Every string of the log is hostile. The template engine escapes it, :mod:`reports.page.visible`
shows what escaping cannot, a content security policy forbids all but our own style sheet and
pictures in the file itself, and there is no script.
"""

import base64
import hashlib
from collections import Counter
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.judgement.verdicts import Gate, Judgement
from reports.page.findings import findings
from reports.page.headline import WORD, boundary, headline, joined
from reports.page.outline import chapters, columns, footnotes
from reports.page.plays import plays
from reports.page.sequence import sequence
from reports.page.visible import anchor, clause_link, clause_title, finalize, labelled
from reports.page.wording import actor_title, request_line, response_line
from reports.records import Exchange, Fact, Observation, Target
from reports.runlog import StoredRun


def render(run: StoredRun, judgement: Judgement) -> str:
    """Render a judged run as one self-contained HTML page.

    Pure: the same run and judgement give the same bytes, whenever and wherever it is called.
    """
    css = style("report.css")
    arranged = chapters(run, judgement)
    controls = [play for play in plays(run).values() if play.kind == "control"]
    return page(
        "report.html.j2",
        css,
        run=run,
        started=run.started,
        targets=_targets(run),
        judgement=judgement,
        headline=headline(run, judgement),
        assessment=findings(run, judgement, arranged),
        boundary=boundary(run, judgement),
        chapters=arranged,
        columns=columns(run),
        notes=footnotes(arranged),
        controls=controls,
        diagrams={play.id: sequence(play.records) if play.events else None for play in controls},
        facts=_facts(run),
        tally=Counter(verdict.observed for verdict in judgement.verdicts),
    )


def page(template: str, css: str, **values: object) -> str:
    """Set a template with a style sheet; the content security policy allows nothing but that."""
    return (
        _environment()
        .get_template(template)
        .render(
            css=Markup(css),  # noqa: S704 - our own style sheet; the policy allows only its hash
            policy=_policy(css),
            **values,
        )
    )


def _targets(run: StoredRun) -> tuple[Target, ...]:
    """The servers of the run, each once."""
    named = (posture.target for posture in run.started.postures if posture.target)
    return tuple({target.issuer: target for target in named}.values())


def _facts(run: StoredRun) -> dict[str, Counter[str]]:
    """What was noted outside all plays: by name, how often each text."""
    facts: dict[str, Counter[str]] = {}
    for fact in run.of(Fact):
        if not fact.play:
            facts.setdefault(fact.name, Counter())[fact.text] += 1
    return facts


def _policy(css: str) -> str:
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def style(*names: str) -> str:
    """Our own style sheets, one behind the other."""
    environment = _environment()
    assert environment.loader is not None
    source = "".join(environment.loader.get_source(environment, name)[0] for name in names)
    if "</" in source or "\r" in source:
        # Either would make the browser hash other text than we did.
        raise ValueError("a style sheet must hold neither '</' nor carriage returns.")
    return source


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports.page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "actor": actor_title,
        "anchor": anchor,
        "clause": clause_title,
        "clause_link": clause_link,
        "joined": joined,
        "labelled": labelled,
        "request_line": request_line,
        "response_line": response_line,
        "word": WORD.__getitem__,
    }
    environment.tests["exchange"] = lambda record: isinstance(record, Exchange)
    environment.globals |= {"Gate": Gate, "Observation": Observation}
    return environment
