"""Which judgements may teach: no repeats or copies, nothing that is held out or in the corpora already."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from training.annotate import ANNOTATIONS, read_annotations, text_sha256
from training.feedback_data import Judgement
from training.feedback_samples import why_not
from training.kept_back import EVALUATION_ONLY
from training.neardup import Lookup, clusters, contained
from training.readers import TIERS, read_all
from training.reading import Options
from training.samples import Sample

#: Why a judgement was left out, in words for the operator.
REASONS: Final[Mapping[str, str]] = {
    "needs_a_part": "this head learns from sentences, and the whole text was judged",
    "needs_the_whole": "this head learns from whole texts, and a part was judged",
    "target_absent": "no English sentence of the text names the target",
    "unreadable": "once cleaned, the text has no English sentence left, or not the name of the target",
    "repeated": "the same thing was judged in an earlier line",
    "copy": "nearly the same text stands under an earlier document",
    "held_out": "the text, or a part of it, is kept for testing: it never trains",
    "in_corpora": "the corpora hold the text, or nearly the same, with labels of their own",
}


@dataclass(frozen=True, slots=True)
class Sifted:
    """The lines that may teach, and the lines that were left out by the reason."""

    kept: tuple[int, ...]
    left_out: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Known:
    """Texts that are in the corpora; ``held`` says of each whether it is kept for testing.

    ``marks`` are the sha256 of texts kept for testing that need not be on this machine.
    """

    samples: Sequence[Sample]
    held: Sequence[bool]
    marks: frozenset[str]


def known_texts(home: Path) -> Known:
    """Read every text of every corpus that is present, official test parts too, whatever its tier."""
    rows = [row for file in sorted(ANNOTATIONS.parent.glob("*.jsonl")) for row in read_annotations(file)]
    tests = [row for row in rows if row.get("part") == "test"]
    frozen = {f"{row['corpus']}/{row['id']}" for row in tests}
    samples = read_all(home, TIERS, options=Options(include_test=True))
    held = [sample.key in frozen or never_trains(sample) for sample in samples]
    return Known(samples, held, frozenset(str(row["sha256"]) for row in tests))


def never_trains(sample: Sample) -> bool:
    """Whether a corpus, or its authors, keep a sample for testing."""
    kept_back = sample.split is not None and sample.split.endswith(("dev", "test", "valid", "gold"))
    return kept_back or sample.corpus in EVALUATION_ONLY or bool(sample.meta.get("evaluation_only"))


def sift(judgements: Sequence[Judgement], known: Known) -> Sifted:
    """Decide about every judgement; the first reason that holds, in the order of REASONS, is given."""
    barred = _barred(judgements, known)
    copies, seen = _copies(judgements), set[tuple[Any, ...]]()
    kept, left_out = [], defaultdict(list)
    for judgement in judgements:
        reason = why_not(judgement)
        if reason is None and judgement.item in seen:
            reason = "repeated"
        seen.add(judgement.item)
        if reason is None and judgement.document in copies:
            reason = "copy"
        reason = reason or barred.get(judgement.text) or barred.get(judgement.part)
        if reason is None:
            kept.append(judgement.line)
        else:
            left_out[reason].append(judgement.line)
    return Sifted(tuple(kept), {reason: tuple(left_out[reason]) for reason in REASONS if left_out[reason]})


def _copies(judgements: Iterable[Judgement]) -> set[str]:
    """Return the documents whose text is nearly that of a document with an earlier id."""
    text_of = {judgement.document: judgement.text for judgement in judgements}
    documents = sorted(text_of)
    groups = clusters([text_of[document] for document in documents])
    return {documents[later] for group in groups for later in group[1:]}


def _barred(judgements: Iterable[Judgement], known: Known) -> dict[str, str]:
    """Return text -> why it, as a whole text or as a part that was judged, may not teach."""
    whole = list(dict.fromkeys(judgement.text for judgement in judgements))
    texts = list(dict.fromkeys([*whole, *(judgement.part for judgement in judgements)]))
    held = {text for text in texts if text_sha256(text) in known.marks}
    found: set[str] = set()
    for text, kept_for_testing in _touching(texts, len(whole), known):
        (held if kept_for_testing else found).add(text)
    return dict.fromkeys(found, "in_corpora") | dict.fromkeys(held, "held_out")


def _touching(texts: Sequence[str], whole: int, known: Known) -> Iterator[tuple[str, bool]]:
    """Yield each text that is like a known one or stands in one, and whether that one is held out.

    The first ``whole`` are whole texts: of these also the ones in which a held-out sentence stands.
    """
    lookup = Lookup(texts)
    for sample, held in zip(known.samples, known.held, strict=True):
        yield from ((texts[i], held) for i in lookup.touched_by(sample.text))
    short = [
        s.text for s, held in zip(known.samples, known.held, strict=True) if held and s.kind != "document"
    ]
    yield from ((texts[i], True) for _, i in contained(short, texts[:whole]))
