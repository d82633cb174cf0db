"""The packed scorecard: every number comes back, no word does."""

import zlib
from typing import Any

import pytest
from made_answers import SECRETS, made_body, made_card

from models.scorecard import Scorecard, SentenceScore
from service.store.cards import pack, unpack


def without_words(card: Scorecard) -> dict[str, Any]:
    """Return what should come back: the answer, with null for text and names."""
    plain = card.to_json()
    for name in ("id", "created_at", "warnings"):
        del plain[name]
    plain["document"] |= {"title": None, "publisher": None}
    if "text" in plain["document"]:
        plain["document"]["text"] = None
    for part, name in (("stance", "target"), ("evidence", "text")):
        plain[part] = [{**one, name: None} for one in plain[part]]
    return {name: [*value] if isinstance(value, tuple) else value for name, value in plain.items()}


@pytest.mark.parametrize(
    "body",
    [
        made_body(),
        made_body("Too short."),
        made_body("\n\n".join(f"Sentence number {i} of a long text stands here." for i in range(2_000))),
        made_body(None, html="<p>The council met on Monday, and it was late.</p>", targets=None),
        made_body(title=None, targets=[]),
    ],
    ids=["full", "short", "long", "html", "bare"],
)
def test_all_numbers_come_back(body: Any) -> None:
    """Unpacked, a scorecard is the answer, key for key and in its order, but for text and names."""
    card = made_card(body)
    found = unpack(pack(card))
    assert found == without_words(card)
    assert [*found] == [name for name in card.to_json() if name not in ("id", "created_at", "warnings")]


def test_unscored_sentences_stay_apart() -> None:
    """A sentence without scores, and one whose frames are others, come back as they were."""
    sentences = (
        SentenceScore(None, None, 0.5, 0.25, 0.125, False, {"economic": 0.1, "political": 0.2}),
        SentenceScore(0, 5, None, None, None, True, {}),
        SentenceScore(6, 9, 0.5, None, 0.1, False, {"morality": 0.3}),
    )
    card = made_card(made_body())
    packed = pack(
        Scorecard(**{name: getattr(card, name) for name in card.__slots__} | {"sentences": sentences})
    )
    assert unpack(packed)["sentences"] == [
        {
            "start": one.start, "end": one.end, "loaded_language": one.loaded_language,
            "opinion": one.opinion, "call_to_action": one.call_to_action, "quoted": one.quoted,
            "frames": {**one.frames},
        }
        for one in sentences
    ]  # fmt: skip


def test_no_word_is_packed() -> None:
    """Neither the column nor what is compressed in it holds a word of text, title, address or names."""
    packed = pack(made_card(made_body()))
    plain = zlib.decompress(packed[1:]).decode()
    assert [word for word in SECRETS if word in plain or word.encode() in packed] == []


def test_unknown_form_is_refused() -> None:
    """A column of another form is refused by its number, not misread."""
    with pytest.raises(ValueError, match="form 02"):
        unpack(b"\x02" + pack(made_card(made_body()))[1:])
