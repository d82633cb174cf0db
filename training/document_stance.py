"""The stance of whole documents: PerSenT's readers say it of one person, and mentions are pooled to match.

PerSenT (Bastan et al. 2020) has documents with what their author thinks of a person by the judgement of
readers. No mention of them teaches a head: they fit how mentions are pooled (:class:`models.heads.Pooling`)
and, held out, test it. The mentions are those that the service finds. Documents that hold a sentence of any
other corpus of sentences are left out. They are in no fold, for they are nobody's publisher.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.features import scorable
from models.heads import Floats, Head, Pooling, decide, document_share
from models.labels import STANCES
from models.targets import given_targets
from training.calibrate import WITHHELD
from training.featurise import document_of
from training.neardup import contained
from training.readers import read_all
from training.samples import Sample
from training.tables import Table

CORPUS: Final = "persent"
#: The label of a mention that says what its whole document holds.
LABEL: Final = "document_stance"
#: Documents fewer than these fit no pooling.
FEWEST: Final = 60
#: How strongly the numbers of a pooling are held to nought.
_PENALTY: Final = 1e-3
Ints = NDArray[np.int64]


def document_mentions(home: Path, tiers: Collection[str], others: Iterable[Sample]) -> list[Sample]:
    """Return the mentions in PerSenT's documents, none where the corpus is absent or of another tier."""
    documents = read_all(home, tiers=tiers, names={CORPUS})
    short = [sample.text for sample in others if sample.kind != "document"]
    holding = {document for _, document in contained(short, [sample.text for sample in documents])}
    return [
        mention
        for number, sample in enumerate(documents)
        if number not in holding
        for mention in _mentions(sample)
    ]


def _mentions(document: Sample) -> Iterator[Sample]:
    """Yield a pair a mention: its sentence, masked as the service reads it, and its place there."""
    sentences = [masked for masked, _ in scorable(document_of(document))]
    target = given_targets((str(document.meta["entity"]),), sentences)[0]
    for number, mention in enumerate(target.mentions):
        yield Sample(
            CORPUS, f"{document.id}:{number}", "pair", sentences[mention.sentence],
            {LABEL: document.labels["stance"]}, document.group, target=(mention.start, mention.end),
            meta={"document": document.id},
        )  # fmt: skip


def mention_rows(table: Table, allowed: NDArray[np.bool_] | None = None) -> Ints:
    """Return the rows of mentions that know the stance of their document, of those ``allowed``."""
    known = np.array([label is not None for label in table.label(LABEL)], bool)
    return np.flatnonzero(known if allowed is None else known & allowed)


def whole(table: Table, rows: Ints) -> tuple[Ints, Ints, Ints]:
    """Return for some rows of mentions: which document each is of, one row of each document, its truth."""
    names = np.array([str(table.prepared[row].sample.meta["document"]) for row in rows])
    _, first, which = np.unique(names, return_index=True, return_inverse=True)
    labels = table.label(LABEL)
    truth = np.array([STANCES.index(labels[row]) for row in rows[first]], np.int64)
    return which, rows[first], truth


def means(probabilities: Floats, which: Ints) -> tuple[Floats, Ints]:
    """Return the mean of each document's mentions, (documents, classes), and how many they are."""
    counts = np.bincount(which)
    sums = np.zeros((len(counts), probabilities.shape[1]))
    np.add.at(sums, which, probabilities)
    return np.asarray(sums / counts[:, None], np.float32), counts


def with_poolings(head: Head, table: Table, rows: Ints, decisions: Mapping[str, Floats]) -> Head:
    """Return the head with poolings fitted on the mentions in ``rows``, one a profile.

    ``decisions`` are those of its views on these rows. Without enough documents it is returned as it was.
    """
    which, _, truth = whole(table, rows) if len(rows) else (rows, rows, rows)
    if len(truth) < FEWEST or len(np.unique(truth)) < len(head.classes):
        return head
    fitted = {
        profile: fit_pooling(head, *means(head.probabilities(decisions, profile), which), truth, profile)
        for profile in head.calibrations
    }
    return replace(head, poolings=fitted)


def fit_pooling(head: Head, mean: Floats, mentions: Ints, truth: Ints, profile: str) -> Pooling:
    """Fit slope and biases by the cross-entropy, all classes counting alike, as scores of mentions do.

    ``mean`` has shape (documents, classes). The class in the middle has no bias: only differences matter.
    """
    weights = 1 / np.bincount(truth, minlength=mean.shape[1])[truth]
    rows = np.arange(len(truth))

    def made(numbers: NDArray[np.float64], cut: float = 0.0) -> Pooling:
        return Pooling(float(np.exp(numbers[0])), (float(numbers[1]), 0.0, float(numbers[2])), cut)

    def lost(numbers: NDArray[np.float64]) -> float:
        said = made(numbers).probabilities(mean, mentions)[rows, truth]
        return float(-np.average(np.log(said + 1e-9), weights=weights) + _PENALTY * (numbers**2).sum())

    best = minimize(lost, np.zeros(3), method="Nelder-Mead").x
    said = made(best).probabilities(mean, mentions)
    offsets = (1 - document_share(mentions)) * head.calibrations[profile].offsets
    _, confidence = decide(head.kind, said, offsets)
    return made(best, float(np.quantile(confidence, WITHHELD)))
