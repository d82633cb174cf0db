"""Sentences have exact offsets, whatever white space they have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sentences import MAX_SENTENCE, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr. Doe of the U.S. left. He said so.", ["Mr. Doe of the U.S. left.", "He said so."]),
        ("He met Ms. Kim. Mx. Roe left.", ["He met Ms. Kim.", "Mx. Roe left."]),
        ("He wrote Ms.\nThen he left.", ["He wrote Ms.", "Then he left."]),
        ("They saw films. Then they left.", ["They saw films.", "Then they left."]),
        ("He left.She stayed.", ["He left.", "She stayed."]),
        ("“We left. We won,” he said. So it was.", ["“We left. We won,” he said.", "So it was."]),
        ("The ships\nstayed in port.", ["The ships\nstayed in port."]),
        ("The ships\r\nstayed in port.", ["The ships\r\nstayed in port."]),
        ("A headline\nThe ships stayed.", ["A headline", "The ships stayed."]),
        ("the ships\n\nstayed", ["the ships", "stayed"]),
        ("One\u2028Two\u2029Three\x85Four", ["One", "Two", "Three", "Four"]),
        (" \u00a0 One.\t\x0b Two. \u3000", ["One.", "Two."]),
        ("", []),
        (" \r\n\x85 ", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    """Abbreviations hold, glued sentences part, hard-wrapped lines join, all line ends count."""
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80))
def test_nothing_is_lost(text: str) -> None:
    """Whatever the text, sentences ascend and hold everything but white space."""
    bounds = split_sentences(text)
    assert bounds == sorted(bounds)
    assert "".join("".join(text[start:end] for start, end in bounds).split()) == "".join(text.split())


@pytest.mark.parametrize("mark", list("\u2028\u2029\x85\x1c\x1f\u200b\ufeff\u0301\u202e"))
@pytest.mark.parametrize("form", ["One.{}Two.", "One{}.Two.", "“One.{}” Two.", "{}.{}", "U.S.{}", "a.{}b"])
def test_odd_characters_beside_a_full_stop(form: str, mark: str) -> None:
    """Characters that the splitting library cannot stand beside a full stop do no harm."""
    text = form.format(mark, mark)
    held = "".join(text[start:end] for start, end in split_sentences(text))
    assert "".join(held.split()) == "".join(text.split())


def test_endless_sentences_are_cut() -> None:
    """A stretch without an end is cut at white space, or anywhere where there is none."""
    words = "ship " * 1_000
    bounds = split_sentences(words)
    assert max(end - start for start, end in bounds) <= MAX_SENTENCE
    assert {word for start, end in bounds for word in words[start:end].split()} == {"ship"}
    assert split_sentences("x" * 3_000) == [(0, 1_200), (1_200, 2_400), (2_400, 3_000)]
