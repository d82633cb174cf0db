"""Make a bundle: fit on everything that may train, then write arrays, card and licence."""

import json
import shutil
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.cluster import KMeans

from models.bundle import SHIPPED, load_bundle, save_bundle
from models.bundle_files import read_manifest
from models.encoder import DIMENSIONS, Floats, file_sha256, unit
from models.judge import known_share, nearness
from models.ngrams import count_grams
from models.request import ScoreRequest
from models.scorer import Scorer, reference_scores
from training.annotate_join import CORPUS as ANNOTATIONS
from training.assemble import Assembled, assemble, with_encoder
from training.bundle_card import card_text, corpus_facts, licence_text
from training.cross_fit import cross_fit
from training.drift_reference import drift_reference, sampled_keys
from training.finetune.lesson import lesson
from training.finetune.tuned import Method, plain_encoder, tuned
from training.fit import fit_and_hold
from training.held_out import oof_file, save_held_out
from training.material import Fitted, Masks
from training.reading import SEED_HOME
from training.run_record import run_file, run_record, seen, write_run
from training.specs import of_corpora

CENTROIDS: Final = 32
#: Documents whose share of known words is looked at.
KNOWN_SAMPLE: Final = 2_000
#: A text is called unlike the training texts below the values of this share of them.
UNLIKE: Final = 0.01
RULES: Final = {
    "thresholds": "middle of the thresholds within .005 of the best macro-F1 on inner held-out publishers",
    "abstention": "labels are withheld below the confidence of the 15 % least sure inner held-out texts",
    "stance": "mean over mentions, the more of them the more read as readers of whole documents judge it",
    "unlike_training": "fewer known words, or farther from every centroid, than 99 % of the training texts",
}


class NoDocuments(ValueError):
    """What a text is like is learnt from documents, and the corpora hold none that may train."""


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """Where a bundle was written, what went into it, and the file that lists every text it saw."""

    path: Path
    record: dict[str, Any]
    run: Path


def train(
    corpora: Path, out: Path, version: str, tiers: Collection[str], seed: int = 0, jobs: int = 2,
    names: Collection[str] = (), method: Method | None = None,
) -> TrainingRun:  # fmt: skip
    """Fit on the corpora that are present; write the bundle ``out/version`` and ``out/version-run.json``.

    With a ``method`` the encoder is fine-tuned first; the new one lies in SLANTWISE_HOME/encoders.
    ``out/version-oof.npz`` is what the same fits say of rows that they had not seen, for the gate, and
    ``out/version-reference.json`` sums up what they say of whole texts, for the service to see drift.

    Raises:
        FileExistsError: when there is such a bundle already; nothing is overwritten.
        NoDocuments: the corpora hold sentences alone.

    """
    if (out / version).exists():
        raise FileExistsError(f"{out / version} exists")
    began = time.monotonic()
    start = None if method is None else plain_encoder()
    assembled = assemble(corpora, tiers, seed=seed, jobs=jobs, names=names, encoder=start)
    masks = assembled.masks()
    _check_documents(assembled, masks, names)
    learnt = None if method is None else lesson(assembled, masks, seed, teachers=method.teachers)
    if learnt is not None and method is not None:
        encoder = tuned(learnt, method)
        also = sampled_keys(assembled.tables["document"])
        material = with_encoder(assembled.material, encoder, also)
        assembled = replace(assembled, material=material, encoder=encoder)
    fitted, held = fit_and_hold(assembled.material, masks)
    record = run_record(assembled, masks, seed, round(time.monotonic() - began, 1))
    told, shown = _tuned_before(assembled.encoder) if assembled.material.taught else ({}, {})
    if learnt is not None and method is not None:
        counts = {"samples": len(learnt.examples), "unlabelled": len(learnt.unlabelled)}
        told, shown = {"method": asdict(method), **counts}, {}
    if told:
        record["tuned"] = told
    path = write(assembled, fitted, masks, out / version, tiers, record)
    sha256 = file_sha256(path / "manifest.json")
    save_held_out(oof_file(path), sha256, cross_fit(assembled, masks, fitted, held))
    drift_reference(path, assembled, held)
    texts = shown | seen(assembled, masks, fitted, learnt)
    return TrainingRun(path, record, write_run(path, record, texts))


def _tuned_before(encoder: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return how a shipped encoder was fine-tuned, for which bundle, and the texts that it was shown.

    Both are empty where no shipped bundle tells of it.
    """
    for path in sorted(SHIPPED.glob("*/manifest.json")):
        manifest, run = read_manifest(path.parent), run_file(path.parent)
        if manifest["encoder"] == encoder and "tuned" in manifest:
            texts = json.loads(run.read_text("utf-8"))["texts"] if run.is_file() else {}
            shown = {name: texts[name] for name in ("encoder",) if name in texts}
            return {"bundle": path.parent.name, **manifest["tuned"]}, shown
    return {}, {}


def _check_documents(assembled: Assembled, masks: Masks, names: Collection[str]) -> None:
    table = assembled.tables["document"]
    if not any(len(table.prepared[row].middle) for row in np.flatnonzero(masks["document"])):
        told = ", ".join(sorted(names)) or "the corpora that are present"
        raise NoDocuments(f"no document to learn from in {told}: take 'seed', or a corpus of articles, too")


def write(
    assembled: Assembled, fitted: Fitted, masks: Masks, path: Path, tiers: Collection[str],
    record: Mapping[str, Any],
) -> Path:  # fmt: skip
    """Write the bundle, score the reference texts with it, and write it again with their scores."""
    facts = corpus_facts(sorted(_corpora(assembled, masks, record)))
    centroids, unlike = _surroundings(assembled, fitted, masks)
    manifest = {
        "version": path.name, "tier": "research" if "research" in tiers else "shipped",
        "encoder": assembled.encoder,
        "git": record["git"], "seed": record["seed"], "rules": RULES, "unlike_training": unlike,
        "corpora": facts, "training": record["heads"],
        **{name: record[name] for name in ("feedback", "recipe", "tuned") if name in record},
    }  # fmt: skip
    texts = {"CARD.md": card_text(manifest, fitted.heads), "MODEL_LICENSE.md": licence_text(facts)}
    trial = path.with_name(f".{path.name}.trial")
    shutil.rmtree(trial, ignore_errors=True)  # what an earlier attempt left
    save_bundle(trial, manifest, fitted.spaces, fitted.heads, centroids, [], texts)
    reference = _reference(trial)
    shutil.rmtree(trial)
    return save_bundle(path, manifest, fitted.spaces, fitted.heads, centroids, reference, texts)


def _corpora(assembled: Assembled, masks: Masks, record: Mapping[str, Any]) -> set[str]:
    """Return the corpora that taught a head, with those whose sentences were annotated."""
    heads = record["heads"].values()
    used = {corpus for head in heads for corpus in (*head["corpora"], *head.get("pooled", ()))}
    if ANNOTATIONS not in used:
        return used
    rows = zip(assembled.tables["sentence"].prepared, masks["sentence"], strict=True)
    return used | {p.sample.meta["corpus"] for p, may in rows if may and p.sample.corpus == ANNOTATIONS}


def _surroundings(assembled: Assembled, fitted: Fitted, masks: Masks) -> tuple[Floats, dict[str, float]]:
    """Return centroids of the corpora's documents' vectors, and how near and how known they usually are."""
    table = assembled.tables["document"]
    rows = of_corpora(table, np.flatnonzero(masks["document"]))
    used = [table.prepared[row] for row in rows if len(table.prepared[row].middle)]
    means = unit(np.stack([p.middle.mean(axis=0) for p in used]))
    model = KMeans(min(CENTROIDS, len(used)), n_init=1, random_state=0).fit(means)
    centroids = unit(model.cluster_centers_.astype(np.float32)).reshape(-1, DIMENSIONS)
    near = [nearness(p.middle, centroids) for p in used]
    index = fitted.spaces["document"].index
    known = [known_share(count_grams(p.masked), index) for p in used[:: max(1, len(used) // KNOWN_SAMPLE)]]
    quantiles = {"known_words": known, "nearness": near}
    return centroids, {
        name: round(float(np.quantile(values, UNLIKE)), 4) for name, values in quantiles.items()
    }


def _reference(bundle: Path) -> list[dict[str, Any]]:
    """Score three of our own articles in both profiles, for the self-test at load."""
    scorer = Scorer(load_bundle(bundle), threads=1)
    rows = [json.loads(line) for line in (SEED_HOME / "articles.jsonl").read_text("utf-8").splitlines()[::40]]
    entries = []
    for row in rows:
        for profile in ("fast", "accurate"):
            card = scorer.score(ScoreRequest(text=row["text"], profile=profile))
            scores = {name: round(value, 4) for name, value in reference_scores(card).items()}
            entries.append({"text": row["text"], "profile": profile, "scores": scores})
    return entries
