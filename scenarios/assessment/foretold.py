"""The plan of an assessment as far as the target file alone can tell: nothing is dialled."""

from reports.records import PlannedCell
from scenarios.assessment.planning import Candidate, assessed, assessment_plan
from scenarios.assessment.standards import STANDARDS, policy_for
from scenarios.needs import Need
from scenarios.real_server import RegisteredClient
from scenarios.targets.reading import TargetFile
from scenarios.targets.sections import ClientSection
from victim.client import Pkce
from victim.identity_provider import ClientType

_ONLY_OURS = frozenset({Need.CLOCK, Need.INSIGHT, Need.OWN_DOINGS})
"""What no server has but the built-in one."""


def foretold(target: TargetFile) -> tuple[PlannedCell, ...]:
    """Every scenario for every client, with what the file rules out as not applicable.

    What only the server can tell is taken to be there: the plan that is made when it has been asked
    may find less to be applicable, and never more. What is expected is not told yet.
    """
    standard, offers = STANDARDS[target.sections.policy.hold_to], _offers(target)
    clients = [_client(name, each) for name, each in target.sections.clients.items()]
    plan = assessment_plan(
        assessed(),
        (Candidate(each, policy_for(standard, each.type), offers) for each in clients),
    )
    return plan.cells


def _offers(target: TargetFile) -> frozenset[Need]:
    missing = set(_ONLY_OURS)
    if "attacker" not in target.sections.accounts:
        missing.add(Need.ATTACKERS_ACCOUNT)
    if len(target.sections.clients) == 1:
        missing.add(Need.OWN_CLIENT)
    if target.sections.resource.introspection:
        missing.add(Need.OWN_API)
    return frozenset(Need) - missing


def _client(name: str, section: ClientSection) -> RegisteredClient:
    """As much of a client as decides what applies to it."""
    return RegisteredClient(
        name=name,
        client_id=section.client_id,
        redirect_uri=section.redirect_uris[0],
        scope=section.scope,
        type=ClientType.CONFIDENTIAL if section.confidential else ClientType.PUBLIC,
        pkce=Pkce(section.pkce),
        other_redirect_uris=section.redirect_uris[1:],
    )
