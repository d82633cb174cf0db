"""A few texts are asked again and again which of them are like another text."""

import random

from made_judgements import sentence

from training.neardup import Lookup, clusters, contained

LONG = "The council met on Monday and read the new budget of the city, which has two boats and a bridge."
CASES = [LONG, "Two words", "Nothing in this sentence is like any other sentence that stands in the list."]


def test_equal_texts_are_found_whatever_their_case() -> None:
    """Case and punctuation do not matter, however short a text is."""
    lookup = Lookup([*CASES, LONG.upper()])
    assert lookup.touched_by(LONG.replace(",", " -")) == {0, 3}
    assert lookup.touched_by("TWO words!") == {1}


def test_near_duplicates_are_found_and_others_are_not() -> None:
    """One changed word of twenty leaves a near-duplicate; a text of the same subject is none."""
    lookup = Lookup(CASES)
    assert lookup.touched_by(LONG.replace("Monday", "Friday")) == {0}
    assert lookup.touched_by("The council met on Monday. It has nothing to read, and no boat.") == set()
    assert lookup.touched_by("") == set()


def test_texts_that_stand_in_another_are_found() -> None:
    """A text of eight words or more is found in a longer one, word for word; a shorter one is not."""
    lookup = Lookup([*CASES, "The council met on Monday"])
    page = f"Before it all began there was nothing to say of this place. {LONG.upper()} And then it went on."
    assert lookup.touched_by(page) == {0}
    assert lookup.touched_by(page.replace("BOATS", "SHIPS")) == set()
    assert lookup.touched_by(page.replace("BRIDGE.", "BRIDGEHEAD.")) == set()


def test_the_rules_are_those_of_the_splits() -> None:
    """On made texts the same pairs are found as by clusters and contained."""
    dice = random.Random(5)
    few = [sentence(bool(i % 2), dice) for i in range(30)]
    many = [sentence(bool(i % 2), dice) for i in range(20)]
    many += [f"{many[0]} {text} {many[1]}" for text in few[:5]] + [
        few[5].replace(" the ", " a ", 1),
        few[6].upper(),
    ]
    lookup = Lookup(few)
    found = {(i, n) for n, text in enumerate(many) for i in lookup.touched_by(text)}
    near = {
        (i, j - len(few))
        for group in clusters([*few, *many])
        for i in group
        for j in group
        if i < len(few) <= j
    }
    assert found == near | set(contained(few, many))
    assert len(found) >= 7
