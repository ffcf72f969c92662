"""What was decided before anything happened: who is attacked, by what, and what must be seen."""

from reports.records.words import Deviation, Frozen, Observation, Proof, Refusal

SCHEMA_VERSION = 2
"""Raised whenever a reader of the previous version would misread a record."""


class Target(Frozen, frozen=True):
    """The identity provider under test, as its discovery document names its endpoints.

    ``victim`` is the ``sub`` by which it knows the user whom every honest login signs in, and
    ``attacker`` that of the attacker's own account, if there is one.
    """

    name: str
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    victim: str
    attacker: str = ""
    pushed_request_endpoint: str = ""
    subject: str = "sub"
    """Where its answer at userinfo names the user: keys of nested objects, with dots between."""


class ScenarioInfo(Frozen, frozen=True):
    """A scenario's own words, so that a report needs no code of the version that ran it."""

    id: str
    family: str
    title: str
    story: str
    vantage: str
    clauses: tuple[str, ...]
    remedy: str
    proof: Proof
    active: bool = False
    """The attacker built the authorization request itself (PKCE cannot help)."""
    refusals: tuple[Refusal, ...] = (Refusal.TOKEN_ENDPOINT,)
    deviates: tuple[Deviation, ...] = ()
    limit: str = ""
    """Why the attack succeeds even where nothing is weak, if it does: a limit of the protocol."""


class PostureInfo(Frozen, frozen=True):
    """One configuration of client and server, described for a reader.

    ``target`` is the server that has it, unknown only where a log is incomplete. ``weaknesses``
    names what makes it weaker than a hardened one, where the run asks for that, ``clauses`` the
    rules that this breaks, ``published`` flaws of that kind, and ``needs`` what must be weak too.
    """

    id: str
    title: str
    switches: dict[str, str]
    target: Target | None = None
    weaknesses: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    description: str = ""
    clauses: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    declared_in: str = ""
    """The target file that declares the client which stands for this posture, if one does."""
    declared_at: int = 0
    """The line there, from 1."""


class ChannelInfo(Frozen, frozen=True):
    """One way in which the redirect reaches the thief. ``skipped`` says why it cannot exist."""

    id: str
    title: str
    description: str
    skipped: str = ""


class PlannedCell(Frozen, frozen=True):
    """One scenario, over one channel, in one posture, and what the model says must be observed."""

    id: str
    scenario: str
    channel: str
    posture: str
    expected: Observation
    why: str
    tolerated: bool = False
    """The policy that a real server is held to does not forbid it: success is no violation."""


class Started(Frozen, frozen=True, tag="started", tag_field="record"):
    """The first record: everything that was decided before anything happened."""

    schema_version: int
    run: str
    at: str
    version: str
    scenarios: tuple[ScenarioInfo, ...]
    postures: tuple[PostureInfo, ...]
    channels: tuple[ChannelInfo, ...]
    plan: tuple[PlannedCell, ...]
    environment: dict[str, str]

    @property
    def target_file(self) -> str:
        """The target file that has asked for the run; empty at the built-in target."""
        return next((each.declared_in for each in self.postures if each.declared_in), "")
