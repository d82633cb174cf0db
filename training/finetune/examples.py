"""From prepared samples to what the network is taught, one function a stream."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from models.labels import POLICY_FRAMES, STANCES
from models.targets import found_targets
from training.featurise import Prepared
from training.finetune.tasks import UNLABELLED, Example

Targets = dict[str, tuple[float, ...]]
BINARY = ("loaded_language", "opinion", "call_to_action", "technique")
#: Of one document so much without a label, in sentences of at most so many words.
EACH = 4
LONGEST = 60


def sentence_examples(prepared: Sequence[Prepared]) -> list[Example]:
    """Return sentences and passages with what is known of each; annotators' shares count half.

    Half of the target is the label and half the share of annotators, where a corpus gives both
    (learning from disagreement: Uma et al. 2021).
    """
    found = []
    for p in prepared:
        targets: Targets = {task: (value,) for task in BINARY if (value := _taught(p, task)) is not None}
        if (frames := p.sample.labels.get("policy_frames")) is not None:
            targets["policy_frames"] = tuple(float(name in frames) for name in POLICY_FRAMES)
        if targets and p.masked:
            found.append(_example(p, " ".join(p.masked), targets, "sentence"))
    return found


def _taught(p: Prepared, task: str) -> float | None:
    label, share = p.sample.labels.get(task), p.sample.soft.get(task)
    if label is None or share is None:
        return float(label) if share is None and label is not None else share
    return (float(label) + share) / 2


def mention_examples(prepared: Sequence[Prepared]) -> list[Example]:
    """Return sentences with the place of their target, whose vector a head reads beside the sentence's."""
    found = []
    for p in prepared:
        if p.span is not None and p.sample.labels.get("stance") in STANCES:
            target = tuple(float(p.sample.labels["stance"] == name) for name in STANCES)
            example = _example(p, p.masked[p.span[0]], {"stance": target}, "mention")
            found.append(replace(example, span=(p.span[1], p.span[2])))
    return found


def unlabelled_sentences(prepared: Sequence[Prepared], count: int, seed: int) -> list[Example]:
    """Return sentences of documents, going round the publishers, without anything to teach yet."""

    def usable(p: Prepared) -> list[Example]:
        few = [s for s in p.masked if 5 <= len(s.split()) <= LONGEST]
        return [_example(p, sentence, {}, UNLABELLED["sentence"]) for sentence in few]

    return _round(prepared, usable, count, seed)


def unlabelled_mentions(prepared: Sequence[Prepared], count: int, seed: int) -> list[Example]:
    """Return mentions of the names that stand out in documents, as above; see :mod:`models.targets`."""

    def usable(p: Prepared) -> list[Example]:
        sentences = list(p.masked)
        mentions = [mention for target in found_targets(sentences)[0] for mention in target.mentions]
        return [
            replace(_example(p, sentences[m.sentence], {}, UNLABELLED["mention"]), span=(m.start, m.end))
            for m in mentions
            if 5 <= len(sentences[m.sentence].split()) <= LONGEST
        ]

    return _round(prepared, usable, count, seed)


def _round(
    prepared: Sequence[Prepared], usable: Callable[[Prepared], list[Example]], count: int, seed: int
) -> list[Example]:
    """Return up to EACH of what is usable in a document, one of each publisher in turn."""
    dice = np.random.default_rng(seed)
    rounds: dict[str, int] = {}
    places = []
    for number in dice.permutation(len(prepared)):
        p = prepared[number]
        unit = p.sample.publisher or p.sample.group
        rounds[unit] = rounds.get(unit, 0) + 1
        places.append((rounds[unit], number))
    found: list[Example] = []
    for _, number in sorted(places, key=lambda place: place[0]):
        if len(found) >= count:
            break
        few = usable(prepared[number])
        found += [few[i] for i in dice.permutation(len(few))[:EACH]]
    return found[:count]


def _example(p: Prepared, text: str, targets: Targets, stream: str) -> Example:
    unit = p.sample.publisher or f"{p.sample.corpus}/{p.sample.group}"
    return Example(p.sample.key, unit, text, targets, stream)
