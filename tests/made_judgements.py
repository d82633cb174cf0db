"""Judgements as ``slantwise feedback export`` writes them, and made texts that a head can learn from.

The texts are put together from two sets of words, one that argues and one that reports, with some of the
other's words among them and some wrong labels, so that more labels teach more and wrong ones do harm.
"""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from training.assemble import Assembled, encoder_name
from training.featurise import prepare
from training.feedback_data import classes_of
from training.feedback_sift import Known
from training.material import Material
from training.samples import Sample
from training.splits import split
from training.tables import tables

HEADER: Final = {
    "format": "slantwise-feedback", "version": 1, "created_at": "2026-11-23T09:00:00+00:00", "bundle": "a.1",
}  # fmt: skip
HEADS: Final = ("loaded_language", "opinion", "call_to_action")
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FRAME: Final = "{} the {} {} and the {} {} {} of the {} {} in {} {} for {}."
_SLOTS: Final = (
    (("Meanwhile", "Earlier", "Today", "Again", "Yesterday", "Later", "Then", "Now"),) * 2,
    (("annual", "local", "second", "planned", "joint", "written", "regional", "early"),
     ("shameful", "corrupt", "reckless", "cruel", "rotten", "vile", "cowardly", "phoney")),
    (("report", "council", "survey", "budget", "panel", "office", "school", "library"),
     ("betrayal", "mob", "fraud", "racket", "sellout", "stitch-up", "farce", "swindle")),
    (("quiet", "new", "old", "northern", "public", "small", "open", "modern"),) * 2,
    (("committee", "ministry", "team", "board", "agency", "union", "court", "clinic"),
     ("cronies", "liars", "crooks", "bullies", "thugs", "traitors", "wreckers", "cheats")),
    (("reviewed", "published", "measured", "counted", "confirmed", "printed", "opened", "moved"),
     ("looted", "poisoned", "smeared", "trashed", "strangled", "gutted", "plundered", "butchered")),
    (("winter", "spring", "river", "harbour", "market", "railway", "island", "valley"),) * 2,
    (("figures", "plans", "roads", "bridges", "prices", "records", "taxes", "houses"),) * 2,
    (("Orlo", "Tarn", "Velm", "Quist", "Brandt", "Mere", "Dunn", "Skel"),) * 2,
    (("quietly", "on Monday", "on Friday", "in March", "in June", "by train", "by boat", "twice"),
     ("disgracefully", "shamelessly", "brazenly", "cynically", "viciously", "greedily", "basely", "meanly")),
    (("visitors", "residents", "farmers", "pupils", "nurses", "drivers", "sailors", "readers"),) * 2,
)  # fmt: skip


def ulid(number: int) -> str:
    """Return a ULID, one after the other."""
    end = ""
    for _ in range(10):
        number, digit = divmod(number, 32)
        end = _ALPHABET[digit] + end
    return f"01JDA7Q0Z5B3C4D5{end}"


def line(**changes: Any) -> dict[str, Any]:
    """Return a line about one sentence, which two people called loaded and one not."""
    text = changes.get("text", "The council met on Monday. It is a shameful betrayal of the whole city.")
    head = changes.get("head", "loaded_language")
    whole: dict[str, Any] = {
        "document": ulid(1), "publisher": "Velm Herald", "text": text, "title": None, "head": head,
        "frame": None, "start": 27, "end": len(text), "target": None, "classes": list(classes_of(head)),
        "weights": {"yes": 0.67, "no": 0.33}, "raters": 3, "bundle": "a.1", "scored": None,
    }  # fmt: skip
    return whole | changes


def write_lines(path: Path, lines: Iterable[Any], header: Mapping[str, Any] = HEADER) -> Path:
    """Write a file of feedback."""
    path.write_text("".join(f"{json.dumps(one)}\n" for one in (header, *lines)), "utf-8")
    return path


def sentence(argues: bool, dice: random.Random) -> str:
    """Return a sentence that argues or reports; one word in five is the other kind's."""
    words = [dice.choice(pair[argues != (dice.random() < 0.2)]) for pair in _SLOTS]
    return _FRAME.format(*words)


def corpus(size: int = 400, publishers: int = 40, seed: int = 0) -> list[Sample]:
    """Return sentences with all three signals, and documents with a source type, of made publishers."""
    dice = random.Random(seed)
    samples = []
    for number in range(size):
        argues = bool(number % 2)
        publisher = f"Outlet {number % publishers // 2 * 2 + argues}"
        labels = {head: int(argues != (dice.random() < 0.08)) for head in HEADS}
        samples.append(_sample(f"s{number}", "sentence", sentence(argues, dice), labels, publisher))
        if number % 4 < 2:
            text = " ".join(sentence(argues, dice) for _ in range(4))
            kind = {"source_type": "political_advocacy" if argues else "news_report"}
            samples.append(_sample(f"d{number}", "document", text, kind, publisher))
    return samples


def _sample(name: str, kind: Any, text: str, labels: Mapping[str, Any], publisher: str) -> Sample:
    return Sample("seed", name, kind, text, labels, group=name, publisher=publisher)


def crowd(size: int = 200, flipped: float = 0.0, seed: int = 1, raters: int = 5) -> list[dict[str, Any]]:
    """Return lines on made sentences of other publishers; ``flipped`` is the share of false labels."""
    dice = random.Random(seed)
    lines = []
    for number in range(size):
        argues = bool(number % 2)
        text = sentence(argues, dice)
        label = "yes" if argues != (dice.random() < flipped) else "no"
        for head in HEADS:
            lines.append(
                line(
                    document=ulid(number), publisher=f"Paper {number % 20}", text=text, head=head, start=0,
                    end=len(text), weights={label: 1.0}, raters=raters,
                )
            )  # fmt: skip
    return lines


def assembled(samples: Sequence[Sample], feedback: Sequence[Sample] = ()) -> Assembled:
    """Split and prepare samples; their vectors say nothing, so that what is learnt is learnt from words.

    The encoder is named, so that a bundle can be loaded.
    """
    parts, dice = split(samples), np.random.default_rng(0)
    plain = prepare([*samples, *feedback], None, 1)
    prepared = [
        replace(p, vectors=rows, middle=rows)
        for p in plain
        for rows in [dice.normal(size=p.vectors.shape).astype(np.float32)]
    ]
    return Assembled(Material(tables(prepared), parts.folds, None), parts, encoder_name())


def known(samples: Sequence[Sample], held: Iterable[str] = ()) -> Known:
    """Return samples as what the corpora hold; ``held`` are the keys of those kept for testing."""
    keys = set(held)
    return Known(samples, [sample.key in keys for sample in samples], frozenset())
