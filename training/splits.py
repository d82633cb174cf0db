"""The global fold table: publishers, groups and near-duplicates of all corpora are never split."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from training.neardup import Forest, clusters, contained
from training.publishers import publisher_key
from training.samples import Sample

FOLDS: Final = 5

#: No component may hold a larger share of all samples, or the folds cannot be balanced.
MAX_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Split:
    """Who is where: fold by sample key, the keys left out, the keys of each component.

    ``duplicates`` counts the sets of samples whose texts are near-duplicates or contain each other.

    ``dropped`` are copies of texts of a larger publisher, which would tie two publishers together.
    They are in no fold and must be neither trained nor tested on.
    """

    folds: dict[str, int]
    dropped: tuple[str, ...]
    components: tuple[tuple[str, ...], ...]
    duplicates: int


def fold_table(samples: Sequence[Sample], seed: int = 0) -> dict[str, int]:
    """Return sample key -> fold, 0 to 4, without the samples that :func:`split` drops."""
    return split(samples, seed).folds


def split(samples: Sequence[Sample], seed: int = 0) -> Split:
    """Assign samples to folds so that no publisher, group or near-duplicate stands in two.

    Publishers are the same over corpora if :func:`training.publishers.publisher_key` says so. The same
    samples in any order, with the same seed, give the same folds. Raises :class:`ValueError` if two
    samples have one key.
    """
    samples = sorted(samples, key=lambda sample: sample.key)
    if len({sample.key for sample in samples}) < len(samples):
        raise ValueError(f"two samples are called {_twice(samples)}")
    linked = links(samples, seed)
    forest, dropped = _join(samples, linked)
    members: dict[int, list[Sample]] = defaultdict(list)
    for index, sample in enumerate(samples):
        if index not in dropped:
            members[forest.find(index)].append(sample)
    components = tuple(tuple(sample.key for sample in group) for _, group in sorted(members.items()))
    left_out = tuple(samples[i].key for i in sorted(dropped))
    return Split(_assign(list(members.values()), seed), left_out, components, len(linked))


def _twice(samples: Sequence[Sample]) -> str:
    return Counter(sample.key for sample in samples).most_common(1)[0][0]


def unit_of(sample: Sample) -> str:
    """Name what is never split: the publisher over all corpora, else the group within its corpus."""
    return f"publisher/{publisher_key(sample.publisher)}" if sample.publisher else group_of(sample)


def group_of(sample: Sample) -> str:
    """Name a sample's group over all corpora; an annotated sentence is in the group of its document."""
    return f"{sample.meta.get('corpus', sample.corpus)}/{sample.group}"


def links(samples: Sequence[Sample], seed: int = 0) -> list[tuple[int, ...]]:
    """Return sets of indices whose texts are near-duplicates, or of which one holds the other."""
    pairs: list[tuple[int, ...]] = [tuple(group) for group in clusters([s.text for s in samples], seed)]
    short = [i for i, sample in enumerate(samples) if sample.kind != "document"]
    long = [i for i, sample in enumerate(samples) if sample.kind == "document"]
    inside = contained([samples[i].text for i in short], [samples[i].text for i in long])
    return pairs + [(short[sentence], long[document]) for sentence, document in inside]


def _whole(samples: Sequence[Sample]) -> Forest:
    """Join the samples of a publisher over all corpora, and those of a group within its corpus."""
    forest = Forest(len(samples))
    first_of: dict[str, int] = {}
    for index, sample in enumerate(samples):
        for unit in (unit_of(sample), group_of(sample)):
            forest.join(first_of.setdefault(unit, index), index)
    return forest


def _join(samples: Sequence[Sample], linked: Iterable[tuple[int, ...]]) -> tuple[Forest, set[int]]:
    """Join units, then linked samples; where two big ones would be tied together, drop the copies."""
    forest, units = _whole(samples), [unit_of(sample) for sample in samples]
    sizes, unit_sizes = Counter(forest.find(i) for i in range(len(samples))), Counter(units)
    dropped: set[int] = set()
    for link in linked:
        alive = [i for i in link if i not in dropped]
        roots = sorted({forest.find(i) for i in alive}, key=lambda root: (-sizes[root], root))
        if len(roots) < 2:
            continue
        if _may_join([sizes[root] for root in roots], len(samples)):
            total = sum(sizes[root] for root in roots)
            for root in roots[1:]:
                forest.join(roots[0], root)
            sizes[forest.find(roots[0])] = total
        else:
            kept = forest.find(max(alive, key=lambda i: (unit_sizes[units[i]], -i)))
            dropped |= {i for i in alive if forest.find(i) != kept}
    return forest, dropped


def _may_join(sizes: Sequence[int], total: int) -> bool:
    """Whether components of these falling sizes may become one: all but the first must be small."""
    small = max(20, total // 1000)
    return sizes[1] <= small and sum(sizes) <= max(MAX_SHARE * total, small)


def _strata(group: Iterable[Sample]) -> Counter[str]:
    """Count what should be spread evenly: samples of a corpus, classes of a task in it and over all."""
    counts: Counter[str] = Counter()
    for sample in group:
        counts[sample.corpus] += 1
        for task, label in sample.labels.items():
            for value in label if isinstance(label, tuple) else (label,):
                counts.update((f"{task}={value}", f"{sample.corpus}/{task}={value}"))
    return counts


def _assign(components: Sequence[Sequence[Sample]], seed: int) -> dict[str, int]:
    """Give each component, the weightiest first, to the fold where it disturbs the balance least."""
    counted = [(min(sample.key for sample in group), group, _strata(group)) for group in components]
    totals: Counter[str] = sum((strata for _, _, strata in counted), Counter())
    counted.sort(key=lambda entry: (-max(n / totals[s] for s, n in entry[2].items()), _tie(entry[0], seed)))
    held: list[Counter[str]] = [Counter() for _ in range(FOLDS)]
    folds: dict[str, int] = {}
    for name, group, strata in counted:
        costs = [_cost(strata, held[fold], totals) for fold in range(FOLDS)]
        best = min(range(FOLDS), key=lambda fold: (costs[fold], _tie(f"{name}/{fold}", seed)))
        held[best].update(strata)
        folds |= dict.fromkeys((sample.key for sample in group), best)
    return folds


def _cost(added: Counter[str], held: Counter[str], totals: Counter[str]) -> float:
    """Return how much the sum of squared shares of a fold grows by what would be added."""
    return sum(n * (2 * held[s] + n) / totals[s] ** 2 for s, n in added.items())


def _tie(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()
