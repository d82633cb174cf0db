"""From corpora on disk to the material that fitting reads: read, thin, annotate, split, prepare."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from models.encoder import ENCODERS, Encoder, EncoderRejected, Floats
from models.heads import Space
from models.home import FEEDBACK_VECTORS
from models.labels import POLICY_FRAMES
from training.advocacy import READS, TEACH
from training.annotate import annotated, read_annotations
from training.annotate_join import CORPUS as ANNOTATIONS
from training.annotate_join import SENTENCES, sentence_annotations
from training.article_sentences import article_sentences
from training.document_stance import CORPUS as DOCUMENT_STANCE
from training.document_stance import document_mentions
from training.featurise import Prepared, prepare, revectored
from training.kept_back import EVALUATION_ONLY, KEPT_BACK, KEPT_BACK_PARTS, WITH_TESTS, without_found
from training.later import split_in_turn
from training.material import Masks, Material
from training.readers import read_all
from training.reading import digest
from training.samples import Sample
from training.specs import SPECS
from training.splits import Split
from training.tables import Table, tables, with_vectors
from training.taught import taught_by

#: What the shipped bundle may learn from; ``research`` corpora need ``--tier research``.
SHIPPED: Final = ("own", "permissive", "unclear")
RESEARCH: Final = (*SHIPPED, "research")
#: Samples a group (publisher, senator) and label may give, where a corpus has far more than it teaches.
THIN: Final = {"allsides": 120, "senate-press-grimmer": 12, "ptc_semeval20": 30}


@dataclass(frozen=True)
class Assembled:
    """Material with the split it rests on and the samples by key."""

    material: Material
    split: Split
    encoder: str

    @property
    def tables(self) -> Mapping[Space, Table]:
        """The tables by space."""
        return self.material.tables

    def masks(self, without: Collection[str] = ()) -> Masks:
        """Return the rows that may train: in the split, not evaluation only, not in ``without`` (keys)."""
        barred = {*without, *self.split.dropped}
        return {
            space: np.array(
                [p.sample.key not in barred and may_train(p.sample) for p in table.prepared], bool
            )
            for space, table in self.tables.items()
        }


def may_train(sample: Sample) -> bool:
    """Whether a sample may teach anything: not the frozen test part, not an evaluation corpus."""
    return (
        sample.meta.get("annotation") != "test"
        and not sample.meta.get("evaluation_only")
        and sample.corpus not in EVALUATION_ONLY
        and sample.split not in KEPT_BACK_PARTS
    )


def encoder_name() -> str:
    """Return the sha256 of the shipped encoder.

    Raises:
        EncoderRejected: when there is none.

    """
    found = sorted(path.parent.name for path in ENCODERS.glob("*/encoder.onnx"))
    if not found:
        raise EncoderRejected("no encoder under models/encoders: the clone is not whole")
    return found[0]


def thin(samples: Iterable[Sample], keep: Collection[str]) -> list[Sample]:
    """Keep at most THIN samples of a corpus' group and label, always the same; ``keep`` (keys) stay."""
    chosen: list[Sample] = []
    groups: dict[tuple[str, str, str], list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.corpus in THIN and sample.key not in keep:
            groups[sample.corpus, sample.group, str(sorted(sample.labels.items()))].append(sample)
        else:
            chosen.append(sample)
    for (corpus, _, _), members in groups.items():
        chosen += sorted(members, key=lambda s: digest(s.key))[: THIN[corpus]]
    return chosen


def needed_corpora(evaluation: bool, final: bool = False) -> set[str]:
    """Return the corpora that a head or an annotation reads; those kept back only where ``final``."""
    names = {corpus for spec in SPECS for corpus in spec.corpora} | {
        row["corpus"] for row in read_annotations()
    }
    more = set(EVALUATION_ONLY) if evaluation else set()
    return (names | more) - {ANNOTATIONS} - (set() if final else set(KEPT_BACK))


def read_samples(
    home: Path, tiers: Collection[str], evaluation: bool, names: Collection[str] = (), final: bool = False
) -> list[Sample]:
    """Read, annotate and thin every corpus that is needed, present and of one of the tiers.

    The annotated sentences come last, also those of corpora of which nothing else is needed.
    """
    rows, sentences = read_annotations(), read_annotations(SENTENCES)
    corpora = set(names or needed_corpora(evaluation, final))
    others = set() if names else {row["corpus"] for row in sentences}
    read = read_all(home, tiers=tiers, names=corpora | others, tests_of=WITH_TESTS if final else ())
    samples = annotated([sample for sample in read if sample.corpus in corpora], rows)
    kept = thin(samples, {f"{row['corpus']}/{row['id']}" for row in rows})
    return kept + sentence_annotations(read, sentences)


def assemble(
    home: Path, tiers: Collection[str] = SHIPPED, evaluation: bool = False, seed: int = 0, jobs: int = 2,
    names: Collection[str] = (), final: bool = False, feedback: Sequence[Sample] = (),
    encoder: str | None = None,
) -> Assembled:  # fmt: skip
    """Read, split and prepare everything; vectors come from the cache where they were made before.

    What is kept back is read only where ``final`` says so. ``feedback`` is in no split: it must share
    no text with the corpora. Where nothing of it can be read, it is left out. ``encoder`` is the sha256
    of the one to use, None for the shipped one.
    """
    samples = read_samples(home, tiers, evaluation, names, final)
    parts = split_in_turn(samples, seed)
    if not names or DOCUMENT_STANCE in names:  # in no fold: they teach no head
        samples += document_mentions(home, tiers, samples)
    if evaluation:  # in no fold: they only test, where all that is linked to their articles is held out
        samples += article_sentences(samples)
    encoder = encoder or encoder_name()
    prepared = without_found(prepare(samples, encoder, jobs))
    if feedback:
        prepared += [p for p in prepare(feedback, encoder, jobs, FEEDBACK_VECTORS) if p.masked]
    material = Material(
        tables(prepared), parts.folds, definition_vectors(encoder), seed=seed, jobs=jobs,
        taught=taught_by(encoder),
    )  # fmt: skip
    return Assembled(material, parts, encoder)


def with_encoder(material: Material, encoder: str, documents: Collection[str] = ()) -> Material:
    """Return the material with the vectors of an encoder that was fine-tuned from the one it has.

    Both have the same middle layers, so that documents keep what their heads read. Of documents only those
    that teach advocacy, where it is fitted, and those of the keys ``documents`` are encoded anew, as only
    advocacy reads what their sentences say; the others have no vectors of the last layer.
    """
    spaces = {spec.space for spec in material.specs}
    labels = TEACH if {spec.name for spec in material.specs} >= READS else frozenset()
    found = {
        space: with_vectors(table, _revectored(table, encoder, material.jobs, labels, documents))
        for space, table in material.tables.items()
        if space in spaces
    }
    return replace(
        material, tables={**material.tables, **found}, definitions=definition_vectors(encoder),
        taught=taught_by(encoder),
    )  # fmt: skip


def _revectored(
    table: Table, encoder: str, jobs: int, labels: Collection[str], documents: Collection[str]
) -> list[Prepared]:
    asked = [
        table.space != "document"
        or any(label in p.sample.labels for label in labels)
        or p.sample.key in documents
        for p in table.prepared
    ]
    rows = (p for p, wanted in zip(table.prepared, asked, strict=True) if wanted)
    made = iter(revectored([*rows], encoder, jobs))
    return [
        next(made) if wanted else replace(p, vectors=p.vectors[:0])
        for p, wanted in zip(table.prepared, asked, strict=True)
    ]


def definition_vectors(encoder: str) -> Floats:
    """Return the vectors of the policy frames' definitions, shape (14, 384)."""
    model = Encoder.load(encoder, threads=1)
    texts = [f"{name.replace('_', ' ')}: {words}" for name, words in POLICY_FRAMES.items()]
    return np.stack([model.encode([text])[0].vector for text in texts])
