"""Draw sentences for annotation: a test part at natural prevalence, a train part that is half enriched."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from training.annotate_pool import (
    WHOLE,
    Candidate,
    candidates,
    evenly,
    in_test,
    lonely_corpora,
    one_each,
    units_for_test,
    with_neighbours,
)
from training.neardup import clusters, words_of
from training.samples import Sample

SEED: Final = 20261123
#: Enriched train sentences of each corpus: more where texts argue, fewer where they are headlines.
ENRICHED: Final = {
    "advocacy-sites": 90, "allsides": 100, "allsides-source-kind": 40, "babe": 40, "ccf-climate-frames": 25,
    "dse-directed-sentiment": 15, "ftd_genre": 60, "golbeck-fake-vs-satire": 50, "gvfc": 15, "horne2017": 40,
    "hyperpartisan_semeval19": 70, "masc": 60, "mbic": 40, "narrative-frames": 40, "newsmtsc": 25,
    "persent": 25, "press-release-archive": 40, "prosecutor-press": 25, "ptc_semeval20": 60,
    "senate-press-grimmer": 60,
}  # fmt: skip
#: Parts of corpora that are kept for figures of their own.
KEPT_BACK: Final = frozenset({"rw_dev", "mt_dev", "rw_test", "mt_test"})
#: More is drawn than is wanted, because near-duplicates fall out.
SURPLUS: Final = 1.3
#: Documents, and samples of one sentence, that are scored for every enriched sentence that is wanted.
POOL: Final = 2
POOL_WHOLE: Final = 8
A_DOCUMENT: Final = 2
#: An enriched sentence is drawn for one of these, in turn.
REASONS: Final = ("call", "uncertain", "high")

#: (start, end) of a sentence -> signal -> probability.
Scores = Mapping[tuple[int, int], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many sentences a corpus gives to the test part and, natural and enriched, to the train part."""

    test: int = 23
    natural: int = 46
    enriched: Mapping[str, int] = field(default_factory=lambda: dict(ENRICHED))
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Barred:
    """Keys of documents that may not give sentences to a part: those annotated for the other."""

    test: Collection[str] = ()
    train: Collection[str] = ()


def may_be_drawn(samples: Iterable[Sample]) -> list[Sample]:
    """Return the samples that may give sentences: each text of a sentence corpus once, no part kept back."""
    seen: set[str] = set()
    kept = []
    for sample in sorted(samples, key=lambda s: (s.corpus != "mbic", s.key)):  # MBIC stands in BABE too
        held = sample.split in KEPT_BACK or (
            sample.corpus == "dse-directed-sentiment" and sample.split != "train"
        )
        text = " ".join(words_of(sample.text))
        if sample.corpus in ENRICHED and not held and text not in seen:
            seen.add(text)
            kept.append(sample)
    return kept


def draw_sentences(
    samples: Sequence[Sample], score: Callable[[Sample], Scores], plan: Plan, barred: Barred
) -> tuple[list[Candidate], list[Candidate]]:
    """Return the test and the train part; publishers and near-duplicates are in one of them only.

    Where a corpus has one publisher its documents are divided instead.
    """
    units, lonely = units_for_test(samples, plan.seed), lonely_corpora(samples)
    sides: dict[bool, dict[str, list[Sample]]] = {True: defaultdict(list), False: defaultdict(list)}
    for sample in samples:
        side = in_test(sample, units, lonely, plan.seed)
        if sample.key not in (barred.test if side else barred.train):
            sides[side][sample.corpus].append(sample)
    rows: list[tuple[str, Candidate]] = []
    for corpus in sorted(plan.enriched):
        dice = random.Random(f"{plan.seed}/{corpus}")  # noqa: S311 - sampling, not secrecy
        rows += _of(corpus, sides, score, plan, dice)
    test, train = _within(_distinct(rows), plan)
    lines = {sample.id: sample for sample in samples if sample.corpus == "ptc_semeval20"}
    return [with_neighbours(c, lines) for c in test], [with_neighbours(c, lines) for c in train]


def _of(
    corpus: str, sides: Mapping[bool, Mapping[str, list[Sample]]], score: Callable[[Sample], Scores],
    plan: Plan, dice: random.Random,
) -> list[tuple[str, Candidate]]:  # fmt: skip
    """Return more sentences of a corpus than are wanted, those of the test part first."""
    train = sides[False][corpus]
    tested = one_each(sides[True][corpus], round(plan.test * SURPLUS), dice, candidates)
    natural = one_each(train, round(plan.natural * SURPLUS), dice, candidates)
    taken = {(c.sample.key, c.start) for c in natural}
    arguing = [s for s in train if s.labels.get("opinion_article", 1)]  # of AllSides, what is no news
    wanted = round(plan.enriched[corpus] * SURPLUS)
    more = [c for c in enriched(arguing, wanted, score, dice) if (c.sample.key, c.start) not in taken]
    return [("test", c) for c in tested] + [("natural", c) for c in natural] + [("enriched", c) for c in more]


def enriched(
    samples: Sequence[Sample], wanted: int, score: Callable[[Sample], Scores], dice: random.Random,
    reasons: Sequence[str] = REASONS,
) -> list[Candidate]:  # fmt: skip
    """Return the sentences of some documents that score highest, or where the scores are least sure.

    One is taken for each reason in turn (see :func:`worth`), at most two of a document unless there are
    too few documents.
    """
    scored: list[tuple[Candidate, Mapping[str, float]]] = []
    pool = wanted * (POOL_WHOLE if samples and samples[0].corpus in WHOLE else POOL)
    for sample in list(evenly(samples, dice))[:pool]:
        scores = score(sample)
        scored += [(c, scores[c.start, c.end]) for c in candidates(sample) if (c.start, c.end) in scores]
    ranked = {reason: sorted(scored, key=lambda row: -worth(reason, row[1])) for reason in set(reasons)}
    chosen: dict[tuple[str, int], Candidate] = {}
    of_document: Counter[str] = Counter()
    most = max(A_DOCUMENT, math.ceil(A_DOCUMENT * wanted / max(len(samples), 1)))
    for turn in range(wanted):
        reason = reasons[turn % len(reasons)]
        for found, _ in ranked[reason]:
            place = (found.sample.key, found.start)
            if place not in chosen and of_document[found.sample.key] < most:
                chosen[place] = replace(found, drawn=reason)
                of_document[found.sample.key] += 1
                break
    return list(chosen.values())


def worth(reason: str, scores: Mapping[str, float]) -> float:
    """Return how much a sentence is worth drawing for a reason."""
    loaded, opinion = scores["loaded_language"], scores["opinion"]
    if reason == "call":
        return scores["call_to_action"]
    if reason.startswith("frame:"):
        return scores[reason]
    if reason == "high":
        return max(loaded, opinion)
    return -abs(loaded - 0.5) - abs(opinion - 0.5)


def _distinct(rows: Sequence[tuple[str, Candidate]]) -> list[tuple[str, Candidate]]:
    """Keep one of each set of near-duplicates, one of the test part where there is one."""
    order = sorted(rows, key=lambda row: row[0] != "test")
    copies = {i for group in clusters([c.sentence for _, c in order]) for i in group[1:]}
    return [row for i, row in enumerate(order) if i not in copies]


def _within(rows: Sequence[tuple[str, Candidate]], plan: Plan) -> tuple[list[Candidate], list[Candidate]]:
    """Cut every corpus to what is wanted of it; what natural draws lack, enriched ones give."""
    room: dict[tuple[str, str], int] = {}
    for corpus, enriched_wanted in plan.enriched.items():
        room |= {
            (corpus, "test"): plan.test,
            (corpus, "natural"): plan.natural,
            (corpus, "enriched"): enriched_wanted,
        }
    parts: dict[str, list[Candidate]] = defaultdict(list)
    for kind, found in rows:
        place = found.sample.corpus, kind
        if room[place]:
            room[place] -= 1
            parts["test" if kind == "test" else "train"].append(found)
    return parts["test"], parts["train"]
