import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.redaction.codings import Sought
from reports.redaction.generations import Generations, Match


def owners(found: list[Match]) -> list[str]:
    return [owner for _, _, owner in found]


def plainly(values: list[str], text: str) -> list[Match]:
    """What a search should find, by the simplest means."""
    found = [
        (start, start + len(value), str(number))
        for number, value in enumerate(values)
        for start in range(len(text))
        if text.startswith(value, start)
    ]
    return sorted(found, key=lambda match: (match[1], match[0], int(match[2])))


@given(st.lists(st.text("ab", min_size=1, max_size=16), max_size=30), st.text("ab", max_size=60))
def test_every_value_is_found_wherever_it_stands_and_whenever_it_was_added(
    values: list[str], text: str
) -> None:
    generations = Generations()
    for number, value in enumerate(values):
        generations.add(value, str(number))
        generations.search("")  # each begins a generation of its own

    assert generations.search(text) == plainly(values, text)


def test_thousands_of_values_are_found_among_each_other() -> None:
    source = random.Random(1)
    values = [source.randbytes(source.randint(4, 40)).hex() for _ in range(3000)]
    generations = Generations()

    for number, value in enumerate(values):
        generations.add(value, str(number))
        earlier = source.randrange(number + 1)
        text = f"x{values[earlier]}-{value}"
        assert owners(generations.search(text)) == [str(earlier), str(number)]


def test_a_value_that_only_shares_its_tail_with_another_is_not_found() -> None:
    generations = Generations()
    generations.add("first part, and the same long tail", "a")
    generations.add("other part, and the same long tail", "b")
    generations.add("and the same long tail", "c")

    assert owners(generations.search("first part, and the same long tail")) == ["a", "c"]
    assert owners(generations.search("t, and the same long tail")) == ["c"]
    assert generations.search("the same long tail") == []


def test_a_value_that_is_longer_than_the_text_is_not_looked_for_before_its_beginning() -> None:
    generations = Generations()
    generations.add("a tail of 16 ...", "short")
    generations.add("sixteen before: a tail of 16 ...", "long")

    assert generations.search("a tail of 16 ...") == [(0, 16, "short")]


def test_the_owners_of_one_value_are_told_in_the_order_in_which_they_came() -> None:
    generations = Generations()
    for owner in ("z", "a", "m"):
        generations.add("one value", owner)
        generations.search("")

    assert owners(generations.search("one value")) == ["z", "a", "m"]


def test_characters_beyond_ascii_do_not_shift_what_is_found() -> None:
    generations = Generations()
    generations.add("pä ss/wörd, and a long tail ü", "p")

    assert generations.search("ä\U0001f600 pä ss/wörd, and a long tail ü.") == [(3, 32, "p")]


def test_a_search_for_what_is_new_finds_all_of_it() -> None:
    generations = Generations()
    for number in range(200):
        generations.add(f"value-{number:04}", str(number))
        seen = generations.count
        generations.add(f"later-{number:04}", "later")

        assert owners(generations.search(f"later-{number:04}", seen)) == ["later"]
        assert generations.search(f"value-{number:04}", generations.count) == []


def test_a_search_asks_few_automata_however_many_values_there_are() -> None:
    generations = Generations()
    for number in range(5000):
        generations.add(f"value-{number:04}", "x")
        generations.search("")

    assert len(generations._generations) <= 7  # the logarithm of 5000 to the base of 4


@pytest.mark.parametrize("first", [0, 1, 2])
def test_what_is_sought_follows_the_least_of_all_values(first: int) -> None:
    values = ["a long value of one stretch", "short-one", "stretches\x00of\x00few"]
    generations = Generations()

    for value in values[first:] + values[:first]:
        generations.add(value, "x")

    assert generations.sought == Sought(shortest=9, stretch=9)
