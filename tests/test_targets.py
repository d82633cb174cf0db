"""Who is written about."""

import time

from models.targets import MAX_FOUND, MAX_MENTIONS, Mention, found_targets, given_targets

SENTENCES = [
    "Aldo Brandt met Nora Quist on Monday.",
    "Brandt said that Quist was wrong, and Brandtson agreed.",
    "However, the council and Nora Quist did not.",
]


def names(sentences: list[str]) -> list[str]:
    """Return the names found."""
    return [target.name for target in found_targets(sentences)[0]]


def test_given_names_and_surnames() -> None:
    """A given name is found in full and by surname, as a whole word only."""
    (brandt,) = given_targets(("Aldo  Brandt",), SENTENCES)
    assert (brandt.name, brandt.given, brandt.total) == ("Aldo Brandt", True, 2)
    assert brandt.mentions == (Mention(0, 0, 11), Mention(1, 0, 6))


def test_given_names_stay_in_order_once() -> None:
    """Given names keep their order, come once, and stay when they are not mentioned; blanks go."""
    found = given_targets(("Nora Quist", "Ida Moe", "Nora Quist", " "), SENTENCES)
    assert [(one.name, one.total) for one in found] == [("Nora Quist", 3), ("Ida Moe", 0)]


def test_given_names_in_any_typography() -> None:
    """A curly apostrophe finds a straight one, and the name is told as it was given."""
    (found,) = given_targets(("Maeve O’Hara",), ["Maeve O'Hara spoke."])
    assert (found.name, found.total) == ("Maeve O’Hara", 1)


def test_names_with_signs_are_no_patterns() -> None:
    """Signs in a given name mean themselves."""
    found = given_targets(("Moe (Ida)", "a.b", "[x"), ["Moe (Ida) met acb and [x."])
    assert [one.total for one in found] == [1, 0, 1]


def test_found_names() -> None:
    """Names found are those said twice, a surname counting for the full name; days and openers are none."""
    assert names(SENTENCES) == ["Nora Quist", "Aldo Brandt"]


def test_a_word_that_only_opens_sentences_is_no_name() -> None:
    """Words with a capital only because they open a sentence are not names."""
    sentences = ["Nurses went on strike.", "Nurses came back.", "The rain fell on Ellery, and Ellery slept."]
    assert names(sentences) == ["Ellery"]


def test_at_most_eight_are_found() -> None:
    """Eight names are found, and how many more there were is told."""
    surnames = ("Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")
    found, left_out = found_targets([f"We met Tom{name.lower()} {name} and {name}." for name in surnames])
    assert (len(found), left_out) == (MAX_FOUND, 2)


def test_mentions_are_spread_over_the_text() -> None:
    """Of many mentions twelve are read, from the whole text; all are counted."""
    (found,) = given_targets(("Quist",), ["Quist spoke."] * 30)
    assert (len(found.mentions), found.total) == (MAX_MENTIONS, 30)
    assert found.mentions[-1].sentence > 26


def test_odd_text_takes_no_time() -> None:
    """Sentences without a small letter, or of capitals only, take no longer than others."""
    began = time.perf_counter()
    for sentence in ("A" * 1_200, "Aa" * 600, "A-" * 600, "Aa " * 400, "A' " * 400):
        found_targets([sentence] * 50)
    assert time.perf_counter() - began < 2
