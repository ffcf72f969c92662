import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.baseline.baseline import Acceptance, Baseline, Pair
from reports.baseline.file import BaselineError, baseline_path, parse, read_baseline, render
from tests.reports.baseline.sample import acceptance

ENTRY = """\
[[accepted]]
scenario = "stolen-code"
client = "web"
reason = "known"
owner = "Jane"
expires = 2027-03-01
added = 2026-01-01
"""
SAMPLE = (
    Baseline()
    .accepting([acceptance("stolen-code", "web"), acceptance("csrf", "web")])
    .covering([Pair("web", "stolen-code"), Pair("web", "csrf"), Pair("api", "stolen-code")])
)


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "demo.baseline.toml"
    path.write_text(text)
    with pytest.raises(BaselineError) as caught:
        read_baseline(path)
    return str(caught.value).removeprefix(str(path))


def test_a_baseline_stands_beside_its_target_file() -> None:
    assert baseline_path(Path("a/demo.idp.toml")) == Path("a/demo.baseline.toml")
    assert baseline_path(Path("a/demo.toml")) == Path("a/demo.baseline.toml")


def test_where_there_is_no_file_nothing_is_accepted_nor_covered(tmp_path: Path) -> None:
    assert read_baseline(tmp_path / "demo.baseline.toml") == Baseline()


def test_a_new_file_is_sorted_and_explains_itself() -> None:
    assert (
        render(SAMPLE, "", "demo.idp.toml")
        == """\
# What codejack counts on when it assesses demo.idp.toml: findings that somebody answers for, and
# what was decided before. Commit it. `codejack baseline --help` says how to change it.

[covered]
api = [
    "stolen-code",
]
web = [
    "csrf",
    "stolen-code",
]

[[accepted]]
scenario = "csrf"
client = "web"
reason = "known"
owner = "Jane"
expires = 2027-03-01
added = 2026-01-01

"""
        + ENTRY
    )


def test_comments_stay_where_they_are() -> None:
    text = render(SAMPLE, "", "demo.idp.toml").replace(
        'scenario = "stolen-code"', 'scenario = "stolen-code"  # ask Joe'
    )
    more = SAMPLE.accepting([acceptance("own-flow", "web")]).covering([Pair("spa", "csrf")])

    changed = render(more, f"# ours\n{text}", "demo.idp.toml")

    assert parse(changed) == more
    assert changed.startswith("# ours\n")
    assert 'scenario = "stolen-code"  # ask Joe' in changed
    assert changed.index('"csrf"\n') < changed.index('"own-flow"\n') < changed.index("# ask Joe")


def test_what_has_not_changed_is_not_written_otherwise() -> None:
    text = f'# ours\n[covered]\nweb = ["csrf", "stolen-code"]\n\n# known\n{ENTRY}'

    assert render(parse(text), text, "demo.idp.toml") == text


def test_what_is_written_when_nothing_is_left_is_empty_of_tables() -> None:
    left = render(Baseline(), render(SAMPLE, "", "demo.idp.toml"), "demo.idp.toml")

    assert parse(left) == Baseline()
    assert "[" not in left


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = ", "Mend the TOML there."),
        ("\nmaybe = 1", ":2: there is no key 'maybe' in a baseline."),
        ("accepted = 1", ":1: write each acceptance as [[accepted]]."),
        ("accepted = [1]", ":1: write each acceptance as [[accepted]]."),
        ("covered = 1", ":1: write what is covered as [covered]."),
        ('[covered]\nweb = "csrf"', ":2: web is no list of scenarios."),
        ("[covered]\nweb = [1]", ":2: web is no list of scenarios."),
        (ENTRY + "until = 1", ":8: an acceptance has no 'until'."),
        (ENTRY.replace('"Jane"', "1"), ":5: owner is not a text"),
        (ENTRY.replace('"known"', '" "'), ":4: reason is not a text"),
        (ENTRY.replace("2027-03-01", '"2027-03-01"'), ":6: expires is not a date."),
        (ENTRY.replace("2027-03-01", "2027-03-01T10:00:00"), ":6: expires is not a date."),
        (ENTRY.replace('owner = "Jane"\n', ""), ":1: this acceptance has no owner."),
        (f"{ENTRY}\n{ENTRY}", ":9: stolen-code is accepted twice for web."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    message = refused(tmp_path, text)

    assert said in message
    assert "\n" not in message


def test_what_cannot_be_read_is_told_alike(tmp_path: Path) -> None:
    path = tmp_path / "demo.baseline.toml"
    path.write_bytes(b"\xff")
    with pytest.raises(BaselineError, match="Save it as UTF-8"):
        read_baseline(path)
    with pytest.raises(BaselineError, match="Make it a readable file"):
        read_baseline(tmp_path)


names = st.text(string.ascii_letters + "-. \"'[]#=\n", min_size=1, max_size=6)
texts = st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: text.strip() != "")
dates = st.dates(date(2020, 1, 1))
baselines = st.builds(
    lambda accepted, covered: Baseline().accepting(accepted).covering(covered),
    st.lists(
        st.builds(
            Acceptance, names.filter(str.strip), names.filter(str.strip), texts, texts, dates, dates
        ),
        max_size=4,
    ),
    st.lists(st.builds(Pair, names, names), max_size=4),
)


@given(baselines, baselines)
def test_every_baseline_is_read_back_as_it_was_also_over_another(
    old: Baseline, new: Baseline
) -> None:
    before = render(old, "", "demo.idp.toml")

    assert parse(before) == old
    assert parse(render(new, before, "demo.idp.toml")) == new


INLINE = (
    '{scenario = "csrf", client = "web", reason = "known", owner = "Jane", '
    "expires = 2027-03-01, added = 2026-01-01}"
)


@pytest.mark.parametrize(
    "text",
    [
        "# nothing yet\n",
        'covered.web = ["csrf"]\n',
        'covered = {web = ["csrf"]}\n',
        '[covered]\nweb = ["stolen-code", "csrf"]  # as they came\n',
        "[covered]\nweb = []\n",
        "accepted = []\n",
        f'accepted = [\n  {INLINE},  # old\n]\ncovered.web = ["csrf"]\n',
        f'{ENTRY}[covered]\nweb = ["csrf"]\n',
        f"{ENTRY}{ENTRY.replace('stolen-code', 'csrf')}",
    ],
)
def test_however_a_person_has_written_it_it_can_be_changed(text: str) -> None:
    old = parse(text)
    more = old.accepting([acceptance("own-flow", "web")]).covering([Pair("api", "own-flow")])

    for new in (more, old.forgetting([Pair("web", "csrf")]), Baseline()):
        assert parse(render(new, text, "demo.idp.toml")) == new
