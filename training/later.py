"""Samples that join after folds and encoders were made: what was there before stays where it was."""

from collections.abc import Sequence

from training.samples import Sample
from training.splits import Split, group_of, links, split, unit_of


def split_in_turn(samples: Sequence[Sample], seed: int = 0) -> Split:
    """Assign samples to folds as :func:`training.splits.split` does, those that are ``later`` after the rest.

    The folds of the rest are those that it has alone, so that its figures can be made again. A later sample
    that shares a publisher, a group or nearly its text with the rest is dropped.
    """
    known, later = ([s for s in samples if s.later is joined] for joined in (False, True))
    first = split(known, seed)
    if not later:
        return first
    tied = _tied(known, later, seed)
    second = split([sample for sample in later if sample.key not in tied], seed)
    return Split(
        first.folds | second.folds,
        first.dropped + second.dropped + tuple(sorted(tied)),
        first.components + second.components,
        first.duplicates + second.duplicates,
    )


def _tied(known: Sequence[Sample], later: Sequence[Sample], seed: int) -> set[str]:
    """Return the keys of the later samples that belong together with known ones."""
    both, first = [*known, *later], len(known)
    near = {both[i].key for link in links(both, seed) if min(link) < first for i in link if i >= first}
    names = {name for sample in known for name in (unit_of(sample), group_of(sample))}
    return near | {s.key for s in later if {unit_of(s), group_of(s)} & names}
