"""A scorecard without a word of its text: packed into one column, and unpacked again.

The first byte names the form of the rest. Form 1 is compressed JSON in the shape of the answer, but
for the sentences, which are rows under their columns' names. Whatever is text, or a name, is left out.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from models.scorecard import Scorecard, SentenceScore

FORM: Final = b"\x01"
#: A third of the time of the usual level, for a tenth more room.
FASTEST: Final = 1
KNOWN: Final = "known_words"
Card = dict[str, Any]


def pack(card: Scorecard) -> bytes:
    """Return the numbers, labels and offsets of a scorecard."""
    return FORM + zlib.compress(json.dumps(_numbers(card), separators=(",", ":")).encode(), FASTEST)


def unpack(column: bytes) -> Card:
    """Return the scorecard with null for whatever was left out.

    Raises:
        ValueError: the column is of a form that this program does not know.

    """
    card = unpack_whole(column)
    card["document"].pop(KNOWN, None)
    return card


def unpack_whole(column: bytes) -> Card:
    """Return the scorecard with ``document.known_words``, which is kept to see drift and not answered."""
    if column[:1] != FORM:
        raise ValueError(f"form {column[:1].hex()} of a stored scorecard is not known")
    card: Card = json.loads(zlib.decompress(column[1:]))
    names = ("frame", "kind", "score", "present")
    card["frames"] = [dict(zip(names, row, strict=True)) for row in card["frames"]]
    card["sentences"] = list(_sentences(**card["sentences"]))
    return card


def _numbers(card: Scorecard) -> Card:
    read, advocacy, source = card.document, card.advocacy, card.source_type
    return {
        "model": {"bundle": card.model.bundle, "sha256": card.model.sha256, "profile": card.model.profile},
        "document": {
            "title": None, "publisher": None, "language": read.language, "words": read.words,
            "sentences": read.sentences, "scored_share": read.scored_share,
            **({} if read.text is None else {"text": None}), KNOWN: read.known_words,
        },
        "advocacy": {
            "score": advocacy.score, "label": advocacy.label, "abstained": advocacy.abstained,
            "reason": advocacy.reason, "signals": dict(advocacy.signals),
        },
        "source_type": {
            "label": source.label, "abstained": source.abstained, "reason": source.reason,
            "scores": dict(source.scores),
        },
        "frames": [(one.frame, one.kind, one.score, one.present) for one in card.frames],
        "stance": [
            {
                "target": None, "given": one.given, "label": one.label, "abstained": one.abstained,
                "reason": one.reason, "scores": dict(one.scores), "mentions": one.mentions,
            }
            for one in card.stance
        ],
        "sentences": _columns(card.sentences),
        "evidence": [
            {
                "head": one.head, "start": one.start, "end": one.end, "text": None, "weight": one.weight,
                "target": one.target,
            }
            for one in card.evidence
        ],
    }  # fmt: skip


def _columns(sentences: Sequence[SentenceScore]) -> Card:
    """Return one row a sentence; its frames are the end of the row, which an unscored one does not have."""
    names = list(dict.fromkeys(chain.from_iterable(one.frames for one in sentences)))
    rows = [
        (
            one.start, one.end, one.loaded_language, one.opinion, one.call_to_action, one.quoted,
            *(map(one.frames.get, names) if one.frames else ()),
        )
        for one in sentences
    ]  # fmt: skip
    return {"names": names, "rows": rows}


def _sentences(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[Mapping[str, Any]]:
    plain = ("start", "end", "loaded_language", "opinion", "call_to_action", "quoted")
    for row in rows:
        frames = zip(names, row[len(plain) :], strict=False)
        yield {
            **dict(zip(plain, row, strict=False)),
            "frames": {name: score for name, score in frames if score is not None},
        }
