"""The matrix as a page: every weakness and attack is there, hostile text stays text, no script."""

from reports.matrix.outcome import kill_matrix
from reports.matrix.page import render
from tests.reports.matrix.sample import judged


def test_the_page_shows_every_weakness_and_attack_and_the_reason_of_each_cell() -> None:
    page = render(kill_matrix([judged()], whole=True))

    for name in ("lax", "loose", "hollow"):
        assert f'id="w-{name}"' in page
    for name in ("thief", "forger", "swap"):
        assert f'id="s-{name}"' in page
    assert "thief / lax: ATTACK_SUCCEEDED. because of &lt;lax&gt;" in page
    assert "What is wrong with lax." in page
    assert "the protocol has no answer" in page


def test_text_of_the_log_stays_text() -> None:
    page = render(kill_matrix([judged()], whole=True))

    assert "<thief>" not in page
    assert "<lax>" not in page


def test_there_is_no_script_and_a_policy_that_allows_none() -> None:
    page = render(kill_matrix([judged()], whole=True))

    assert "<script" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_faults_stand_at_the_top() -> None:
    page = render(kill_matrix([judged(undecided=("thief/lax",))], whole=True))

    assert "faults: not proven" in page
    assert page.index("not proven") < page.index("Matrix</h2>")


def test_the_same_matrix_gives_the_same_bytes() -> None:
    matrix = kill_matrix([judged()], whole=True)

    assert render(matrix) == render(matrix)


def test_a_sweep_of_what_is_hardened_claims_nothing_about_weaknesses() -> None:
    page = render(kill_matrix([judged({"hardened": {"swap"}})]))

    assert "Nothing but 1 declared limit of the protocol." in page
    assert "weakness get caught" not in page
    assert "Weaknesses" not in page
    assert "not proven" not in page
