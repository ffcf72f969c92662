from collections import Counter

from scenarios.model.spellings import SPELLINGS
from scenarios.weaknesses import catalogue


def test_each_has_a_name_and_at_least_one_weakness_that_lets_it_through() -> None:
    assert set(Counter(each.name for each in SPELLINGS).values()) == {1}
    assert all(each.bent_by and set(each.bent_by) <= set(catalogue()) for each in SPELLINGS)


def test_none_of_them_is_the_registered_one() -> None:
    registered = "https://app.contoso.test/cb"

    assert registered not in {each.bend(registered) for each in SPELLINGS}
