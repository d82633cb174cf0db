"""What the encoder is taught: outputs by task, and which samples teach them."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from models.labels import POLICY_FRAMES, STANCES

#: How outputs become probabilities: each for itself, or one of a set.
Link = Literal["sigmoid", "softmax"]


@dataclass(frozen=True, slots=True)
class Task:
    """One task: its outputs and where its batches come from.

    ``share`` is the part of all steps that draw from the stream ``stream``; tasks of one stream are
    learned from the same sentences, each sentence from the labels that it has. ``mention`` says that the
    output reads the vector of a mention beside that of the sequence.
    """

    name: str
    link: Link
    outputs: tuple[str, ...]
    stream: str
    mention: bool = False


TASKS: Final = (
    Task("loaded_language", "sigmoid", ("yes",), "sentence"),
    Task("opinion", "sigmoid", ("yes",), "sentence"),
    Task("call_to_action", "sigmoid", ("yes",), "sentence"),
    Task("technique", "sigmoid", ("yes",), "sentence"),
    Task("policy_frames", "sigmoid", tuple(POLICY_FRAMES), "sentence"),
    Task("stance", "softmax", STANCES, "mention", mention=True),
)
BY_NAME: Final = {task.name: task for task in TASKS}
#: The stream of what has no label but a teacher's, by the stream that the teacher learns from.
UNLABELLED: Final = {"sentence": "unlabelled", "mention": "unlabelled mention"}


@dataclass(frozen=True, slots=True)
class Example:
    """One sequence with the probabilities that its tasks are taught.

    ``targets`` maps a task to one probability an output (sigmoid) or a class (softmax); a task that is
    not named is not taught by this sequence. ``key`` and ``unit`` are those of its sample; ``span`` is
    where a mention stands in the text.
    """

    key: str
    unit: str
    text: str
    targets: Mapping[str, tuple[float, ...]]
    stream: str
    weight: float = 1.0
    span: tuple[int, int] | None = None

    def only(self, tasks: Collection[str]) -> "Example":
        """Return the example with the targets of some tasks alone."""
        return replace(self, targets={name: t for name, t in self.targets.items() if name in tasks})


def name_of(what: object, *parts: Iterable[Example]) -> str:
    """Name what is made of examples and of ``what`` else (JSON): 32 hexadecimal digits."""
    digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode())
    for part in parts:
        for e in part:
            told = [e.key, e.text, sorted(e.targets.items()), e.stream, e.span]
            digest.update(json.dumps(told).encode() + b"\n")
        digest.update(b"\0")
    return digest.hexdigest()[:32]
