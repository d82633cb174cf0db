"""Small bundles with every head, made in a moment from a seed; their numbers mean nothing."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from models.bundle import Bundle, load_bundle, save_bundle
from models.encoder import DIMENSIONS, ENCODERS, file_sha256
from models.heads import VIEWS, Calibration, Head, Kind, Space
from models.labels import POLICY_FRAMES, SOURCE_TYPES, STANCES, STORY_FRAMES
from models.ngrams import grams, tokens
from models.signals import NAMES as SIGNALS
from models.sparse import Linear, SparseSpace
from models.style import NAMES as STYLE

NO_YES = ("no", "yes")
WORDS = (
    "The mayor Aldo Brandt betrayed this shameful city and we must all act now. The council said on Monday "
    "that the new budget of the city will be read in March. Nora Quist praised the brave nurses, who saved "
    "many lives. Their report is honest and was welcomed by every party, but some people still fear what "
    "comes after the vote!"
)
HEADS: tuple[tuple[str, Kind, Space, tuple[str, ...]], ...] = (
    ("loaded_language", "binary", "sentence", NO_YES),
    ("opinion", "binary", "sentence", NO_YES),
    ("call_to_action", "binary", "sentence", NO_YES),
    ("policy_frames", "multilabel", "sentence", tuple(POLICY_FRAMES)),
    ("opinion_article", "binary", "document", NO_YES),
    ("partisan", "binary", "document", NO_YES),
    ("source_type", "multiclass", "document", tuple(SOURCE_TYPES)),
    ("story_frames", "multilabel", "document", tuple(STORY_FRAMES)),
    ("stance", "multiclass", "mention", STANCES),
    ("advocacy", "binary", "signals", NO_YES),
)
#: Columns that each view reads beside the words.
WIDTHS: dict[Space, dict[str, int]] = {
    "sentence": {"dense": DIMENSIONS},
    "document": {"style": len(STYLE), "dense": 2 * DIMENSIONS + len(STYLE)},
    "mention": {"dense": 2 * DIMENSIONS},
    "signals": {"signals_fast": len(SIGNALS), "signals_accurate": len(SIGNALS)},
}


def encoder_sha256() -> str:
    """Return the name of the shipped encoder."""
    return next(path.parent.name for path in ENCODERS.glob("*/encoder.onnx"))


def made_spaces() -> dict[Space, SparseSpace]:
    """Return vocabularies of the words and pairs of WORDS; stance knows the sides of a mention, too."""
    words = tokens(WORDS)
    known = tuple(sorted({*grams(words)}))
    sides = tuple(sorted({*words, *(f"{side}{word}" for word in words for side in "<>")}))
    dice = np.random.default_rng(5)
    vocabularies: dict[Space, tuple[str, ...]] = {"sentence": known, "document": known, "mention": sides}
    return {
        space: SparseSpace(grams_of, dice.uniform(1, 5, len(grams_of)).astype(np.float32))
        for space, grams_of in vocabularies.items()
    }


def made_head(
    name: str, kind: Kind, space: Space, classes: tuple[str, ...], known: int, cut: float = 0.0
) -> Head:
    """Return a head with seeded weights; its probabilities lie on both sides of the thresholds."""
    dice = np.random.default_rng(sum(name.encode()))
    outputs = 1 if kind == "binary" else len(classes)
    widths = WIDTHS[space] if space == "signals" else {"sparse": known, **WIDTHS[space]}

    def linear(rows: int) -> Linear:
        coef = dice.normal(0, 2 if rows < 100 else 1, (rows, outputs)).astype(np.float16)
        return Linear(coef.astype(np.float32), dice.normal(0, 0.3, outputs).astype(np.float32))

    views = {view: linear(width) for view, width in widths.items()}
    calibrations = {}
    for profile in VIEWS:
        read = sum(view in views for view in VIEWS[profile])
        coef = np.vstack([np.eye(outputs, dtype=np.float32)] * read) * 0.7
        offsets = np.full(outputs, 0.1 if kind == "multiclass" else 0.5, np.float32)
        calibrations[profile] = Calibration(Linear(coef, np.zeros(outputs, np.float32)), offsets, cut)
    return Head(name, kind, space, classes, views, calibrations, name != "call_to_action")


def manifest(**changes: Any) -> dict[str, Any]:
    """Return what a manifest must say beside what saving adds."""
    rules = {"known_words": 0.0, "nearness": -1.0}
    made = {"version": "tiny.1", "encoder": encoder_sha256(), "unlike_training": rules, "corpora": []}
    return {**made, **changes}


def tiny_bundle(
    path: Path, cut: float = 0.0, reference: list[dict[str, Any]] | None = None, **changes: Any
) -> Path:
    """Save a small bundle with every head and return its folder; ``changes`` go into the manifest."""
    spaces = made_spaces()
    known = {space: len(found.vocabulary) for space, found in spaces.items()}
    heads = {head[0]: made_head(*head, known.get(head[2], 0), cut) for head in HEADS}
    centroids = np.eye(2, DIMENSIONS, dtype=np.float32)
    card = {"CARD.md": "Made for a test.\n"}
    return save_bundle(path, manifest(**changes), spaces, heads, centroids, reference or [], card)


def loaded(path: Path, **changes: Any) -> Bundle:
    """Save and load a small bundle."""
    return load_bundle(tiny_bundle(path, **changes))


def rewrite(bundle: Path, name: str, content: bytes | None) -> None:
    """Replace (or, with None, drop) a file of a bundle and let the manifest agree, as a forger would."""
    told: dict[str, Any] = json.loads((bundle / "manifest.json").read_text("utf-8"))
    files: dict[str, str] = told["files"]
    if content is None:
        (bundle / name).unlink()
        del files[name]
    else:
        (bundle / name).write_bytes(content)
        files[name] = file_sha256(bundle / name)
    write_manifest(bundle, told)


def write_manifest(bundle: Path, told: Mapping[str, Any]) -> None:
    """Write a manifest."""
    (bundle / "manifest.json").write_text(json.dumps(told), "utf-8")
