"""A few texts are asked again and again which of them are like another text."""

from training.neardup import Lookup

LONG = "The council met on Monday and read the new budget of the city, which has two boats and a bridge."
CASES = [LONG, "Two words", "Nothing in this sentence is like any other sentence that stands in the list."]


def test_equal_texts_are_found_whatever_their_case() -> None:
    """Case and punctuation do not matter, however short a text is."""
    lookup = Lookup([*CASES, LONG.upper()])
    assert lookup.like(LONG.replace(",", " -")) == {0, 3}
    assert lookup.like("TWO words!") == {1}


def test_near_duplicates_are_found_and_others_are_not() -> None:
    """One changed word of twenty leaves a near-duplicate; a text of the same subject is none."""
    lookup = Lookup(CASES)
    assert lookup.like(LONG.replace("Monday", "Friday")) == {0}
    assert lookup.like("The council met on Monday. It has nothing to read, and no boat.") == set()
    assert lookup.like("") == set()
