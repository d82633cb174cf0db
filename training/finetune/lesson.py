"""What one encoder is taught, and what it must never see: one lesson for each fit of a protocol.

Of the units that may train, one in HELD never reaches the encoder. On those alone the heads that it was
taught are stacked and calibrated, because on the others its vectors know the labels.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.heads import Space
from training.assemble import Assembled
from training.document_stance import CORPUS as DOCUMENT_STANCE
from training.featurise import Prepared
from training.finetune.examples import (
    mention_examples,
    sentence_examples,
    unlabelled_mentions,
    unlabelled_sentences,
)
from training.finetune.tasks import Example
from training.material import Masks
from training.reading import digest
from training.specs import SPECS, Spec, trainable

#: One component of publishers and near-duplicates in this many is kept from the encoder.
HELD: Final = 6
#: How many samples the encoder sees at most, and how many of those without a label, by a teacher's stream.
MOST: Final = 30_000
BARE: Final = {"sentence": 9_000, "mention": 15_000}
WATCHED: Final = 600
BARE_OF: Final = {"sentence": unlabelled_sentences, "mention": unlabelled_mentions}
#: The heads whose labels are taught, by the space of their samples.
HEADS: Final[Mapping[Space, tuple[str, ...]]] = {
    "sentence": ("loaded_language", "opinion", "call_to_action", "policy_frames"),
    "mention": ("stance",),
}
OF_SENTENCES: Final = frozenset(HEADS["sentence"])
EVERY: Final = OF_SENTENCES | frozenset(HEADS["mention"])


@dataclass(frozen=True)
class Lesson:
    """What teaches, what only tells when to stop, what teachers label; ``taught``: keys by head."""

    examples: tuple[Example, ...]
    watched: tuple[Example, ...]
    unlabelled: tuple[Example, ...]
    taught: Mapping[str, frozenset[str]]


def lesson(
    assembled: Assembled, masks: Masks, seed: int = 0, heads: Collection[str] = EVERY,
    teachers: Collection[str] = (),
) -> Lesson:  # fmt: skip
    """Choose what an encoder is taught from the rows that ``masks`` allow: the labels of some heads.

    Samples that joined later teach heads alone, until an encoder is taught anew and they count as known.

    ``teachers`` names the streams that a teacher learns from; it labels more of what is taught there.
    """
    kept_back = held_back(assembled.split.components, seed)
    specs = [s for s in SPECS if s.name in HEADS.get(s.space, ()) and s.name in heads]
    taught: dict[str, frozenset[str]] = {}
    shown: dict[str, Prepared] = {}
    watched: dict[str, Prepared] = {}
    for spec in specs:
        table = assembled.tables[spec.space]
        rows = trainable(spec, table, masks[spec.space] & ~table.later, seed)
        keys = {str(key) for key in table.keys[rows]}
        taught[spec.name] = frozenset(keys - kept_back)
        for row in rows:
            p = table.prepared[row]
            (watched if p.sample.key in kept_back else shown)[p.sample.key] = p
    examples = _examples(list(shown.values()), specs)
    streams = {e.stream for e in examples}.intersection(teachers)
    rest = _documents(assembled, masks, kept_back) if streams else []
    bare = _bare(streams, rest, MOST - len(examples), seed)
    return Lesson(tuple(examples), tuple(_examples(list(watched.values()), specs)[:WATCHED]), bare, taught)


def _bare(streams: Collection[str], rest: list[Prepared], room: int, seed: int) -> tuple[Example, ...]:
    """Return what teachers label, of each stream up to BARE, in all no more than there is room for."""
    found: list[Example] = []
    for stream in sorted(streams):
        found += BARE_OF[stream](rest, max(0, min(BARE[stream], room - len(found))), seed)
    return tuple(found)


def held_back(components: Collection[Collection[str]], seed: int) -> frozenset[str]:
    """Return the keys that no encoder sees, whole components of them, always the same ones."""
    chosen = (c for c in components if int(digest(f"{seed}/{min(c)}"), 16) % HELD == 0)
    return frozenset(key for component in chosen for key in component)


def _examples(prepared: list[Prepared], specs: Collection[Spec]) -> list[Example]:
    """Return the examples of samples, each with the tasks that are taught; a technique goes with them."""
    names = {spec.name for spec in specs} | {"technique"}
    found = sentence_examples([p for p in prepared if p.sample.kind in ("sentence", "passage")])
    found += mention_examples([p for p in prepared if p.sample.kind == "pair"])
    kept = [e.only(names) for e in found]
    return sorted((e for e in kept if e.targets), key=lambda e: digest(e.key))


def _documents(assembled: Assembled, masks: Masks, kept_back: Collection[str]) -> list[Prepared]:
    """Return the documents whose sentences teachers may label: none of those that test stance as a whole."""
    table = assembled.tables["document"]
    usable = masks["document"] & (table.corpora != DOCUMENT_STANCE)
    return [table.prepared[row] for row in np.flatnonzero(usable) if table.keys[row] not in kept_back]
