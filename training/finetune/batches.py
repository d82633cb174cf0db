"""Which sequences a step sees: streams drawn by share, sequences of like length together.

The whole plan follows from the seed, so that a run that was killed goes on where it stopped.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.finetune.tasks import Example

#: Sequences that are sorted by length together; less mixing, less padding.
POOL = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """The batches of a run, in order, as places in ``examples``."""

    examples: tuple[Example, ...]
    steps: tuple[tuple[int, ...], ...]


def plan(
    examples: Sequence[Example], lengths: Sequence[int], epochs: Mapping[str, float], size: int, seed: int
) -> Plan:
    """Go through each stream ``epochs[stream]`` times; every batch is of one stream."""
    dice = np.random.default_rng(seed)
    batches: list[tuple[int, ...]] = []
    for stream in sorted(epochs):
        mine = np.array([i for i, example in enumerate(examples) if example.stream == stream], np.int64)
        batches += _of_stream(mine, np.asarray(lengths), epochs[stream], size, dice)
    order = dice.permutation(len(batches))
    return Plan(tuple(examples), tuple(batches[i] for i in order))


def _of_stream(
    mine: np.ndarray[tuple[int], np.dtype[np.int64]], lengths: np.ndarray[tuple[int], np.dtype[np.int64]],
    epochs: float, size: int, dice: np.random.Generator,
) -> Iterator[tuple[int, ...]]:  # fmt: skip
    """Yield the batches of one stream; the last, broken epoch takes a part of its sequences."""
    left = round(len(mine) * epochs)
    while left > 0:
        order = dice.permutation(mine)[:left]
        left -= len(order)
        for start in range(0, len(order), size * POOL):
            pool = order[start : start + size * POOL]
            pool = pool[np.argsort(lengths[pool], kind="stable")]
            yield from (tuple(int(i) for i in pool[a : a + size]) for a in range(0, len(pool), size))
