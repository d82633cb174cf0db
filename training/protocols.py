"""How figures hold out: each protocol's fits, without what they are tested on and checked for leaks."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from sklearn.model_selection import StratifiedKFold

from training.assemble import EVALUATION_ONLY, Assembled
from training.fit import fit
from training.leaks import check_no_leak, linked, same_text
from training.material import Fitted
from training.samples import Sample
from training.specs import SPECS
from training.splits import FOLDS

#: A protocol's fits, each with the keys that it may be tested on.
Runs = Iterator[tuple[Fitted, set[str]]]
#: Corpora of which neither may train where the other is held out, tested together where heads are named.
SENTENCE_FAMILY: Final = ("babe", "mbic")  # BABE holds MBIC
SOURCE_FAMILY: Final = ("allsides", "allsides-source-kind")


@dataclass(frozen=True)
class Bench:
    """One tier's material, and how a protocol's fits are made from it."""

    assembled: Assembled
    tier: str
    seed: int

    def fitted(
        self, test: set[str], heads: Collection[str] = (), without: Collection[str] = (), random: bool = False
    ) -> Fitted:
        """Fit without the keys in ``test`` and ``without``; ``heads`` bounds which heads are fitted.

        Raises :class:`training.leaks.Leak` where the rest still holds what is tested on; ``random``
        says by which rule.
        """
        specs = tuple(s for s in SPECS if not heads or s.name in heads)
        masks = self.assembled.masks(test.union(without))
        check_no_leak(self.assembled, masks, test, random)
        return fit(replace(self.assembled.material, specs=specs), masks)

    def keys(self, wanted: Callable[[Sample], bool]) -> set[str]:
        """Return the keys of the samples that are ``wanted``."""
        tables = self.assembled.tables.values()
        found = {p.sample.key for table in tables for p in table.prepared if wanted(p.sample)}
        return found.difference(self.assembled.split.dropped)  # copies of texts that may train

    def of_corpora(self, names: Collection[str]) -> set[str]:
        """Return the keys of the samples of some corpora."""
        return self.keys(lambda sample: sample.corpus in names)


def groups(bench: Bench) -> Runs:
    """Hold out each global fold: publishers, groups and near-duplicates stay whole."""
    return _by_fold(bench, bench.assembled.split.folds, random=False)


def random(bench: Bench) -> Runs:
    """Hold out each random fold: only equal texts stay together."""
    return _by_fold(bench, random_folds(bench.assembled, bench.seed), random=True)


def once(bench: Bench) -> Runs:
    """Fit once, tested on what never trains: development parts and corpora that only evaluate."""
    test = bench.keys(_never_trains)
    yield bench.fitted(test, without=linked(bench.assembled.split.components, test)), test


def authors(bench: Bench) -> Runs:
    """Hold out each of the five folds that the authors of narrative-frames published."""
    narrative = _narrative(bench)
    others = bench.keys(lambda sample: sample.key not in narrative)
    for fold in map(str, range(FOLDS)):
        test = {key for key, sample in narrative.items() if sample.split == fold}
        if test:  # the authors split articles, not publishers
            yield bench.fitted(test, {"story_frames"}, others, random=True), test


def corpora(bench: Bench) -> Runs:
    """Hold out whole corpora, with everything of their publishers elsewhere."""
    for tested, barred, heads in _families():
        test = bench.of_corpora(tested)
        if test:
            without = bench.of_corpora(barred) | linked(bench.assembled.split.components, test)
            yield bench.fitted(test, heads, without), test


PROTOCOLS: Final[Mapping[str, Callable[[Bench], Runs]]] = {
    "groups": groups,
    "random": random,
    "once": once,
    "authors": authors,
    "corpora": corpora,
}


def random_folds(assembled: Assembled, seed: int) -> dict[str, int]:
    """Return StratifiedKFold over distinct texts, by corpus and label; equal texts share a fold."""
    folds: dict[str, int] = {}
    for table in filter(len, assembled.tables.values()):
        texts = [same_text(p) for p in table.prepared]
        first = {text: i for i, text in reversed(list(enumerate(texts)))}
        places = sorted(first.values())
        strata = [f"{table.corpora[i]}{sorted(table.prepared[i].sample.labels.items())[:1]}" for i in places]
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
        _, codes = np.unique(strata, return_inverse=True)
        rare = np.bincount(codes)[codes] < FOLDS
        fold_of: dict[str, int] = {}
        for fold, (_, test) in enumerate(splitter.split(places, np.where(rare, -1, codes))):
            fold_of |= {texts[places[i]]: fold for i in test}
        folds |= {str(key): fold_of[text] for key, text in zip(table.keys, texts, strict=True)}
    return folds


def _by_fold(bench: Bench, folds: Mapping[str, int], random: bool) -> Runs:
    for fold in range(FOLDS):
        test = {key for key, where in folds.items() if where == fold}
        yield bench.fitted(test, random=random), test


def _never_trains(sample: Sample) -> bool:
    return sample.corpus in EVALUATION_ONLY or str(sample.split).endswith("dev")


def _narrative(bench: Bench) -> dict[str, Sample]:
    prepared = bench.assembled.tables["document"].prepared
    return {p.sample.key: p.sample for p in prepared if p.sample.corpus == "narrative-frames"}


def _families() -> Iterator[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    """Yield (corpora tested on, corpora that may not train, heads)."""
    yield SENTENCE_FAMILY, SENTENCE_FAMILY, ("loaded_language", "opinion")
    source_type = next(spec for spec in SPECS if spec.name == "source_type")
    for name in source_type.corpora:
        if name != "seed":
            yield (name,), SOURCE_FAMILY if name in SOURCE_FAMILY else (name,), ("source_type",)
