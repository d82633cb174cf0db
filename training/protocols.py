"""How figures hold out: for each protocol what its fits leave out and are tested on.

Documents are read from layers that are not fine-tuned, so that only fits of sentence and mention heads, and
of advocacy, which reads the former, need an encoder of their own. Global and random folds test no stance,
and teach none.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from sklearn.model_selection import StratifiedKFold

from training.annotate_join import CORPUS as ANNOTATIONS
from training.article_sentences import CORPUS as ARTICLE_SENTENCES
from training.assemble import Assembled
from training.bench import Bench, Hold
from training.document_stance import mention_rows
from training.finetune.lesson import EVERY, OF_SENTENCES
from training.kept_back import EVALUATION_ONLY, KEPT_BACK_PARTS
from training.leaks import linked, same_text
from training.reading import digest
from training.samples import Sample
from training.specs import SPECS
from training.splits import FOLDS

#: Corpora of which neither may train where the other is held out, tested together where heads are named.
SENTENCE_FAMILY: Final = ("babe", "mbic")  # BABE holds MBIC
SOURCE_FAMILY: Final = ("allsides", "allsides-source-kind")
NO_STANCE: Final = frozenset(spec.name for spec in SPECS) - {"stance"}


def groups(bench: Bench) -> Iterator[Hold]:
    """Hold out each global fold: publishers, groups and near-duplicates stay whole."""
    return _by_fold(bench.assembled.split.folds, random=False)


def random(bench: Bench) -> Iterator[Hold]:
    """Hold out each random fold: only equal texts stay together."""
    return _by_fold(random_folds(bench.assembled, bench.seed), random=True)


def once(bench: Bench) -> Iterator[Hold]:
    """Fit once, tested on what never trains: development parts and corpora that only evaluate.

    Once more for stance alone, without a look at whom it is about; the encoder is the same.
    """
    test = bench.keys(_never_trains)
    whole = Hold(frozenset(test), _linked(bench, test), taught=EVERY)
    yield whole
    yield replace(whole, heads=frozenset({"stance"}), blank=True)


def documents(bench: Bench) -> Iterator[Hold]:
    """Hold out each fifth of the documents that say how mentions are pooled; all else is as in ``once``.

    Once more without a look at whom they are about; one encoder serves all.
    """
    whole = next(once(bench))
    rows = bench.assembled.tables["mention"]
    known = [rows.prepared[row].sample for row in mention_rows(rows)]
    for fold in range(FOLDS):
        test = frozenset(s.key for s in known if int(digest(s.group), 16) % FOLDS == fold)
        if test:
            hold = Hold(test, whole.test | whole.without, frozenset({"stance"}), taught=EVERY)
            yield hold
            yield replace(hold, blank=True)


def authors(bench: Bench) -> Iterator[Hold]:
    """Hold out each of the five folds that the authors of narrative-frames published.

    They split articles, not publishers.
    """
    narrative = _narrative(bench)
    others = bench.keys(lambda sample: sample.key not in narrative)
    for fold in map(str, range(FOLDS)):
        test = frozenset(key for key, sample in narrative.items() if sample.split == fold)
        if test:
            yield Hold(test, frozenset(others), frozenset({"story_frames"}), random=True)


def corpora(bench: Bench) -> Iterator[Hold]:
    """Hold out whole corpora, with everything of their publishers elsewhere."""
    yield from _article_sentences(bench)
    for tested, barred, heads in _families():
        test = bench.keys(lambda s: s.corpus in tested and s.meta.get("annotation") != "train")  # noqa: B023
        if test:
            without = bench.of_corpora(barred) | _linked(bench, test)
            taught = frozenset() if "source_type" in heads else OF_SENTENCES
            yield Hold(frozenset(test), frozenset(without), frozenset(heads), taught=taught)


def _article_sentences(bench: Bench) -> Iterator[Hold]:
    """Hold out AllSides, and all that is linked to it: sentences under their article's label."""
    test = bench.of_corpora({ARTICLE_SENTENCES})
    if test:
        articles = {key.replace(ARTICLE_SENTENCES, "allsides", 1) for key in test}
        annotated = bench.keys(lambda sample: sample.meta.get("corpus") == "allsides")
        without = _linked(bench, articles) | annotated
        yield Hold(frozenset(test), frozenset(without), frozenset({"opinion"}), taught=OF_SENTENCES)


PROTOCOLS: Final[Mapping[str, Callable[[Bench], Iterator[Hold]]]] = {
    "groups": groups,
    "random": random,
    "once": once,
    "documents": documents,
    "authors": authors,
    "corpora": corpora,
}


def random_folds(assembled: Assembled, seed: int) -> dict[str, int]:
    """Return StratifiedKFold over distinct texts, by corpus and label; equal texts share a fold.

    Sentences that stand for their article are in none.
    """
    folds: dict[str, int] = {}
    for table in filter(len, assembled.tables.values()):
        texts = [same_text(p) for p in table.prepared]
        first = {
            text: i for i, text in reversed([*enumerate(texts)]) if table.corpora[i] != ARTICLE_SENTENCES
        }
        places = sorted(first.values())
        strata = [f"{table.corpora[i]}{sorted(table.prepared[i].sample.labels.items())[:1]}" for i in places]
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
        _, codes = np.unique(strata, return_inverse=True)
        rare = np.bincount(codes)[codes] < FOLDS
        fold_of: dict[str, int] = {}
        for fold, (_, test) in enumerate(splitter.split(places, np.where(rare, -1, codes))):
            fold_of |= {texts[places[i]]: fold for i in test}
        named = zip(table.keys, texts, strict=True)
        folds |= {str(key): fold_of[text] for key, text in named if text in fold_of}
    return folds


def _by_fold(folds: Mapping[str, int], random: bool) -> Iterator[Hold]:
    for fold in range(FOLDS):
        test = frozenset(key for key, where in folds.items() if where == fold)
        yield Hold(test, heads=NO_STANCE, random=random, taught=OF_SENTENCES)


def _linked(bench: Bench, keys: Collection[str]) -> frozenset[str]:
    return frozenset(linked(bench.assembled.split.components, keys))


def _never_trains(sample: Sample) -> bool:
    return sample.corpus in EVALUATION_ONLY or str(sample.split).endswith(("dev", *KEPT_BACK_PARTS))


def _narrative(bench: Bench) -> dict[str, Sample]:
    prepared = bench.assembled.tables["document"].prepared
    return {p.sample.key: p.sample for p in prepared if p.sample.corpus == "narrative-frames"}


def _families() -> Iterator[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    """Yield (corpora tested on, corpora that may not train, heads)."""
    yield SENTENCE_FAMILY, SENTENCE_FAMILY, ("loaded_language", "opinion")
    yield (ANNOTATIONS,), (ANNOTATIONS,), ("loaded_language", "opinion")
    source_type = next(spec for spec in SPECS if spec.name == "source_type")
    for name in source_type.corpora:
        if name != "seed":
            yield (name,), SOURCE_FAMILY if name in SOURCE_FAMILY else (name,), ("source_type",)
