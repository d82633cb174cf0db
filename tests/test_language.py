"""English is judged sentence by sentence, and short sentences lean on the document."""

import pytest

from models.clean import from_text
from models.language import document_language, identify, sentence_language

ITALIAN = "Il ministro ha rifiutato di rispondere alle domande dei giornalisti ieri sera."
ENGLISH = "The minister refused to answer the questions of the press last night."
GERMAN = "Der Minister hat sich gestern Abend geweigert, auf die Fragen der Presse zu antworten."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ENGLISH, "en"),
        (ITALIAN, "it"),
        (GERMAN, "de"),
        (ENGLISH.upper(), "en"),
        ("12 + 5 = 17 😀", "und"),
        ("", "und"),
    ],
)
def test_document_language(text: str, code: str) -> None:
    """The language of a text is named, in capitals too; without letters it is undetermined."""
    assert document_language(text) == code


def test_identify_without_letters() -> None:
    """Digits and emoji are no language."""
    assert identify("😀 2026 !") == ("und", 0.0)


@pytest.mark.parametrize(
    ("text", "of_document", "code"),
    [
        ("Gracias.", "en", "en"),
        ("Ja.", "en", "en"),
        ("OK.", "it", "it"),
        (ITALIAN, "en", "it"),
        (ENGLISH, "it", "en"),
        (ENGLISH.upper(), "en", "en"),
        ("2026!", "en", "und"),
    ],
)
def test_sentence_language(text: str, of_document: str, code: str) -> None:
    """A short sentence is taken for the document's language, a long one for its own."""
    assert sentence_language(text, of_document) == code


def test_foreign_sentences_are_marked() -> None:
    """In a mixed text only the English sentences may be scored."""
    document = from_text(f"{ENGLISH} {ITALIAN} {ENGLISH}\n\n{GERMAN}")
    assert [s.english for s in document.sentences] == [True, False, True, False]
    assert [s.language for s in document.sentences] == ["en", "it", "en", "de"]
