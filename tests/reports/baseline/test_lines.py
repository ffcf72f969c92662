from reports.baseline.lines import begun, line_of_entry, line_of_key

TEXT = '''\
# a comment
[covered]
web = [
    "accepted",
]

[[accepted]]
reason = """
[[accepted]]
owner = "nobody"
"""
owner = "Jane"

[[ accepted ]]
"owner" = "Joe"
'''


def test_a_key_is_found_where_it_is_given_a_value_or_begins_a_table() -> None:
    assert line_of_key(TEXT, "covered") == 2
    assert line_of_key(TEXT, "web") == 3
    assert line_of_key(TEXT, "accepted") == 7
    assert line_of_key(TEXT, "absent") == 1


def test_an_entry_is_found_by_its_number_and_what_a_text_only_quotes_does_not_count() -> None:
    assert line_of_entry(TEXT, 0) == 7
    assert line_of_entry(TEXT, 0, "owner") == 12
    assert line_of_entry(TEXT, 1) == 14
    assert line_of_entry(TEXT, 1, "owner") == 15
    assert line_of_entry(TEXT, 1, "reason") == 14


def test_entries_in_one_line_are_found_by_their_key() -> None:
    assert line_of_entry('\naccepted = [{owner = "Jane"}]', 0, "owner") == 2


def test_a_line_that_goes_on_with_a_value_begins_nothing() -> None:
    assert [number for number, _ in begun(TEXT)] == [1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 16]
