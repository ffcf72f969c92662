"""Which findings of a run may be accepted, and for how long."""

from datetime import date, timedelta

from reports.baseline.baseline import Baseline, Pair, findings, pair_of
from reports.judgement.verdicts import Judgement

LONGEST = timedelta(days=366)
"""How far ahead an acceptance may end, unless somebody insists: whoever accepts looks again."""


class RefusedError(Exception):
    """It cannot be accepted like this; one line that ends with what can be done."""


def last_day(expires: date, today: date, *, beyond_a_year: bool = False) -> date:
    """The day itself, if an acceptance may end there. Raises :class:`RefusedError`."""
    if expires < today:
        raise RefusedError(f"{expires} is past. Give a day that is still to come.")
    if expires > today + LONGEST and not beyond_a_year:
        raise RefusedError(
            f"{expires} is more than a year ahead. Give an earlier day and look again then, or "
            "insist with --force."
        )
    return expires


def one_finding(judgement: Judgement, pair: Pair) -> Pair:
    """The pair itself, if the run has found it. Raises :class:`RefusedError`."""
    found = findings(judgement)
    if pair in found:
        return pair
    seen = [each for each in judgement.verdicts if pair_of(each) == pair]
    there = ", ".join(f"{each.scenario} as {each.client}" for each in found) or "none"
    why = f"it is {seen[0].observed} and {seen[0].gate}" if seen else "it is not in its plan"
    raise RefusedError(
        f"{pair.scenario} as {pair.client} is no finding of this run: {why}. Its findings: {there}."
    )


def open_findings(judgement: Judgement, baseline: Baseline, today: date) -> list[Pair]:
    """The findings for which nobody answers today: new ones, and those that have expired."""
    answered = {each.pair for each in baseline.accepted if not each.has_expired(today)}
    return [pair for pair in findings(judgement) if pair not in answered]
