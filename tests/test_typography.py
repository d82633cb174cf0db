"""All text is read in one typography."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clean import from_text
from models.typography import one_typography


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("“No,” he said — it’s ‘wrong’…", "\"No,\" he said - it's 'wrong'..."),
        ("5–6 ships -- or `seven''", "5-6 ships - or 'seven\""),
        ("It did n't end , he said .", "It didn't end, he said."),
        ("( a note ) and $ 5", "(a note) and $5"),
        ("the end.Then a ship", "the end. Then a ship"),
        ("zero\u200bwidth soft\u00adhyphen no\u00a0break", "zerowidth softhyphen no break"),
        (" a \t\r\n b\u2028c\u3000d ", "a b c d"),
        ("The cityâ€™s mayor â€œrefusedâ€\x9d to answer.", 'The city\'s mayor "refused" to answer.'),
        ("été 😀 שלום", "été 😀 שלום"),
        ("", ""),
    ],
)
def test_one_typography(raw: str, read: str) -> None:
    """Quotes, dashes, white space, tokenised text and mojibake come out one way."""
    assert one_typography(raw) == read


@given(st.text(max_size=60))
def test_white_space_is_plain(text: str) -> None:
    """Whatever the text, no white space but blanks is left, and none at the edges."""
    read = one_typography(text)
    assert read == read.strip()
    assert all(c == " " or not c.isspace() for c in read)


def test_only_the_masked_text_is_mended() -> None:
    """Mojibake is repaired for the models; the document keeps the caller's own characters."""
    text = "The cityâ€™s mayor refused. He left."
    document = from_text(text)
    assert document.text == text
    assert [(text[s.start : s.end], s.masked) for s in document.sentences] == [
        ("The cityâ€™s mayor refused.", "The city's mayor refused."),
        ("He left.", "He left."),
    ]
