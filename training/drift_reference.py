"""The reference for drift: what a new bundle says of texts whose publishers its heads had not seen.

Nothing is scored anew: views come from the bases that were fitted without a text's inner fold (and a fold
holds whole publishers), vectors from the cache. Calibrations, thresholds and the advocacy head on top are
those of the bundle; they had seen predictions on these texts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models import judge
from models.bundle import Bundle, load_bundle
from models.distance import distance
from models.features import Features, Floats
from models.labels import ADVOCACY, DOCUMENT_SIGNALS, SENTENCE_SIGNALS
from models.ngrams import count_grams
from models.observed import SIGNALS, Observed, Summary
from models.reference_file import Profile, Spread, write_reference
from models.signals import sentence_signals, signal_row
from models.style import style
from training.assemble import Assembled, may_train
from training.base import Base
from training.featurise import Prepared
from training.material import Held
from training.reading import digest
from training.samples import FEEDBACK
from training.tables import Table

Ints = NDArray[np.int64]
#: Texts in a reference, and of one publisher: enough to compare it with the rest.
TEXTS: Final = 1_000
OF_ONE: Final = 25
#: Texts without which nothing is said of a publisher.
FEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as the reference reads it."""

    unit: str
    kind: str
    card: Observed


def drift_reference(path: Path, assembled: Assembled, held: Held) -> Path:
    """Write the reference beside a bundle that was just written, without feedback and test texts."""
    bundle = load_bundle(path)
    table = assembled.tables["document"]
    rows = sample_rows(table)
    profiles = {}
    for profile in assembled.material.profiles:
        seen = [*_observe(bundle, assembled, held, profile, rows)]
        profiles[profile] = Profile(Summary.of(one.card for one in seen), spread(seen), _by_kind(seen))
    corpora = Counter(map(str, table.corpora[rows]))
    about = {"texts": len(rows), "corpora": dict(sorted(corpora.items())), "seed": assembled.material.seed}
    return write_reference(path, bundle.sha256, profiles, about)


def sample_rows(table: Table) -> Ints:
    """Return at most TEXTS rows, always the same: of each kind as many, of no publisher over OF_ONE."""
    of_unit: Counter[tuple[str, str]] = Counter()
    kinds: dict[str, list[int]] = defaultdict(list)
    order = sorted(range(len(table)), key=lambda row: digest(str(table.keys[row])))
    # Publisher by publisher, so that some of them are there with enough texts to be compared.
    for row in sorted(order, key=lambda row: digest(str(table.units[row]))):
        kind, unit = kind_of(table.prepared[row]), str(table.units[row])
        if not _usable(table.prepared[row]) or of_unit[kind, unit] == OF_ONE:
            continue
        of_unit[kind, unit] += 1
        kinds[kind].append(row)
    each = TEXTS // max(1, len(kinds))
    return np.array(sorted(row for found in kinds.values() for row in found[:each]), np.int64)


def sampled_keys(table: Table) -> frozenset[str]:
    """Return the keys of the texts that the reference reads."""
    return frozenset(str(table.keys[row]) for row in sample_rows(table))


def _usable(p: Prepared) -> bool:
    return p.sample.corpus != FEEDBACK and bool(p.masked) and may_train(p.sample)


def kind_of(p: Prepared) -> str:
    """Return what kind of publisher a text is of: its type of source, or ``other``."""
    return str(p.sample.labels.get("source_type") or "other")


def _observe(bundle: Bundle, assembled: Assembled, held: Held, profile: str, rows: Ints) -> Iterator[Seen]:
    table, folds = assembled.tables["document"], held.inner["document"]
    for fold, base in enumerate(held.bases):
        mine = rows[folds[rows] == fold]
        whole = _whole(bundle, assembled, base, profile, mine)
        unseen = replace(bundle, spaces={**bundle.spaces, **base.spaces})
        for number, row in enumerate(mine):
            p = table.prepared[row]
            said = {name: found[number] for name, found in whole.items()}
            card = _card(unseen, base, p, said, profile)
            yield Seen(str(table.units[row]), kind_of(p), card)


def _whole(bundle: Bundle, assembled: Assembled, base: Base, profile: str, rows: Ints) -> dict[str, Floats]:
    """Return the probabilities of the document heads, each (rows, outputs)."""
    table, specs = assembled.tables["document"], assembled.material.specs
    return {
        spec.name: bundle.heads[spec.name].probabilities(base.decisions(spec, table, rows), profile)
        for spec in specs
        if spec.space == "document" and spec.name in base.views and spec.name in bundle.heads
    }


def _card(bundle: Bundle, base: Base, p: Prepared, whole: Mapping[str, Floats], profile: str) -> Observed:
    """Judge one text as the service does, but for stance, sentences and evidence."""
    features = _features(p, profile)
    scope = judge.scope(p.document, features, bundle)
    sentence = _sentences(bundle, base, features, profile)
    document = {} if scope.barred else whole
    signals = {} if scope.barred or scope.empty else _signals(sentence, document, features)
    heads = bundle.heads
    advocacy = judge.advocacy(heads.get(ADVOCACY), profile, scope, signals, document)
    source = judge.source_type(heads.get("source_type"), profile, scope, document.get("source_type"))
    frames = judge.frames(heads, profile, scope, sentence.get("policy_frames"), document.get("story_frames"))
    return Observed.of(
        {
            "document": {"words": scope.words, "known_words": scope.known_words},
            "advocacy": asdict(advocacy),
            "source_type": asdict(source),
            "frames": [asdict(one) for one in frames],
        }
    )


def _features(p: Prepared, profile: str) -> Features:
    counts = tuple(count_grams([text]) for text in p.masked)
    total: Counter[str] = sum(counts, Counter())
    row = style(p.document, list(p.masked), total)
    vectors, middle = (p.vectors, p.middle) if profile == "accurate" else (None, None)
    return Features(p.masked, p.quoted, counts, total, row, None, vectors, middle)


def _sentences(bundle: Bundle, base: Base, features: Features, profile: str) -> dict[str, Floats]:
    """Return the probabilities of the sentence heads, each (sentences, outputs)."""
    if not features.masked:
        return {}
    rows, out = base.spaces["sentence"].rows(features.counts), {}
    for name in (*SENTENCE_SIGNALS, "policy_frames"):
        views = base.views.get(name, {})
        if name in bundle.heads and views:
            decisions = {"sparse": views["sparse"].sparse(rows)}
            if features.vectors is not None:
                decisions["dense"] = views["dense"].dense(features.vectors)
            out[name] = bundle.heads[name].probabilities(decisions, profile)
    return out


def _signals(
    sentence: Mapping[str, Floats], whole: Mapping[str, Floats], features: Features
) -> dict[str, Floats]:
    """Return what advocacy reads; nothing where a part of it is missing."""
    if not {*SENTENCE_SIGNALS} <= set(sentence) or not {*DOCUMENT_SIGNALS, "source_type"} <= set(whole):
        return {}
    parts = sentence_signals({name: sentence[name][:, 0] for name in SENTENCE_SIGNALS}, features.quoted)
    opinion, partisan = (float(whole[name][0]) for name in DOCUMENT_SIGNALS)
    row = signal_row(parts, opinion, partisan, whole["source_type"])
    return {"row": row[None, :], "sentence": np.array([*parts.values()], np.float32)}


def spread(seen: Iterable[Seen]) -> Spread:
    """Return how far each publisher with FEWEST texts is from all others of these texts."""
    cards: dict[str, list[Observed]] = defaultdict(list)
    for one in seen:
        cards[one.unit].append(one.card)
    sums = {unit: Summary.of(found) for unit, found in cards.items()}
    found: dict[str, list[float]] = defaultdict(list)
    compared = [unit for unit, own in sums.items() if own.n >= FEWEST]
    for unit in compared if len(sums) > 1 else ():
        others = sum((other for name, other in sums.items() if name != unit), Summary())
        for signal in SIGNALS:
            if (far := distance(signal, sums[unit], others)) is not None:
                found[signal].append(far)
    return Spread(
        len(compared),
        {signal: round(median(far), 4) for signal, far in found.items()},
        {signal: round(max(far), 4) for signal, far in found.items()},
    )


def _by_kind(seen: Iterable[Seen]) -> dict[str, Spread]:
    kinds: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        kinds[one.kind].append(one)
    return {kind: spread(found) for kind, found in sorted(kinds.items())}
