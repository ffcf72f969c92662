"""The records of a run log: what was planned, what happened, and nothing that was concluded.

The log is JSON lines. Its first record is :class:`Started` and its last :class:`Finished`; a log
without the last one belongs to a run that crashed. Judgement and reports read these records and
nothing else, so a stored run can be judged and rendered again, offline.

Times are ISO 8601 in UTC, durations are seconds. Every string has passed the redaction of
:mod:`reports.redaction.secrets`: a secret appears as its label, for example ``code#1``.
"""

from reports.records.events import (
    Exchange,
    Fact,
    Finished,
    Handover,
    HttpRequest,
    HttpResponse,
    Loot,
    PlayFinished,
    PlayStarted,
    Record,
    Screenshot,
    Step,
)
from reports.records.plan import (
    SCHEMA_VERSION,
    ChannelInfo,
    PlannedCell,
    PostureInfo,
    ScenarioInfo,
    Started,
    Target,
)
from reports.records.words import (
    Deviation,
    Frozen,
    Observation,
    Proof,
    Refusal,
)

__all__ = [
    "SCHEMA_VERSION",
    "ChannelInfo",
    "Deviation",
    "Exchange",
    "Fact",
    "Finished",
    "Frozen",
    "Handover",
    "HttpRequest",
    "HttpResponse",
    "Loot",
    "Observation",
    "PlannedCell",
    "PlayFinished",
    "PlayStarted",
    "PostureInfo",
    "Proof",
    "Record",
    "Refusal",
    "ScenarioInfo",
    "Screenshot",
    "Started",
    "Step",
    "Target",
]
