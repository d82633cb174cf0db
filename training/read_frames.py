"""Readers of the corpora of frames: narrative frames, GVFC, CCF and the development part of FrAC."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from training.publishers import host_of, publisher_key
from training.reading import Options, Row, convert, digest, jsonl, table
from training.samples import Sample
from training.texts import tidy

STORY_COLUMNS: Final = {
    "RE": "resolution",
    "HI": "human_interest",
    "CO": "conflict",
    "MO": "moral",
    "EC": "economic_consequences",
}

#: GVFC codes -> policy frame. "School or public space safety" is protection of a community, hence
#: security; "society" tells of video games, families and gun culture, hence cultural identity.
GVFC_TO_FRAME: Final = {
    "1": "legality_jurisprudence",
    "2": "policy_evaluation",
    "3": "political",
    "4": "health_safety",
    "5": "security_defense",
    "6": "fairness_equality",
    "7": "public_opinion",
    "8": "cultural_identity",
    "9": "economic",
}

#: CCF detections -> policy frame. Science and environment have no counterpart.
CCF_TO_FRAME: Final = {
    "Eco": "economic", "Pbh": "health_safety", "Secu": "security_defense",
    "Just": "fairness_equality", "Pol": "political", "Cult": "cultural_identity",
}  # fmt: skip

#: FrAC codes -> policy frame; 5 joins legality and crime, 6 politics and policies, 15 is no frame.
FRAC_TO_FRAME: Final = {
    "1": "economic",
    "3": "morality",
    "4": "fairness_equality",
    "5": "legality_jurisprudence",
    "6": "political",
    "8": "security_defense",
    "9": "health_safety",
    "11": "cultural_identity",
    "12": "public_opinion",
    "15": None,
}


def read_narrative(folder: Path, options: Options) -> Iterator[Sample]:
    """Narrative Frames Corpus (Frermann et al. 2023): climate articles with five story frames.

    ``split`` is the authors' fold, ``"0"`` to ``"4"``. Row 405 has no labels and is left out; row 716
    writes ``False)``.
    """
    folds = _authors_folds(folder / "folds_ids_derived.json")

    def make(row: Row) -> Sample | None:
        marks = {frame: (row[column] or "").rstrip(")") for column, frame in STORY_COLUMNS.items()}
        if set(marks.values()) <= {"", "None"}:
            return None
        if not set(marks.values()) <= {"True", "False"}:
            raise ValueError(f"frame marks {sorted(set(marks.values()))}")
        frames = tuple(frame for frame, mark in marks.items() if mark == "True")
        publisher = publisher_key(row["source"])
        return Sample(
            "narrative-frames", row["ID"], "document", tidy(row["text"]), {"story_frames": frames},
            group=publisher, publisher=publisher, split=folds.get(row["ID"]), topic="climate",
            meta={"date": row["date"], "mbfc": row["mbfc"]},
        )  # fmt: skip

    path = folder / "articles_metadata.tsv"
    return convert(path, table(path, delimiter="\t", blanks=True), make)


def _authors_folds(path: Path) -> dict[str, str]:
    """Return article id -> the fold, from "0", that tests on it; empty without the derived file."""
    folds = json.loads(path.read_text("utf-8")) if path.exists() else {}
    tests = {int(name[5]) - 1: ids for name, ids in folds.items() if name.endswith("/test")}
    return {article: str(fold) for fold, ids in tests.items() for article in ids}


def read_gvfc(folder: Path, options: Options) -> Iterator[Sample]:
    """Gun Violence Frame Corpus (Liu et al. 2019; Tourni et al. 2024): headlines with one or two frames."""

    def make(row: Row) -> Sample:
        codes = [row["Q3 Theme1"], row["Q3 Theme2"]]
        frames = tuple(dict.fromkeys(GVFC_TO_FRAME[code] for code in codes if code != "99"))
        publisher = publisher_key(host_of(row["article_url"]))
        return Sample(
            "gvfc", row["id"], "passage", tidy(row["headline"]), {"policy_frames": frames}, group=publisher,
            publisher=publisher, url=row["article_url"], topic="gun violence",
            meta={"asked": tuple(GVFC_TO_FRAME.values())},
        )  # fmt: skip

    path = folder / "GVFC_extension_multimodal.csv"
    return convert(path, table(path), make)


def read_ccf(folder: Path, options: Options) -> Iterator[Sample]:
    """Canadian Climate Framing (Lemor et al. 2026): English two-sentence excerpts; gold is ``split`` test.

    Only six of our frames were asked for (``meta["asked"]``): the others are unknown, not absent.
    """
    path = folder / "Annotated_sentences.jsonl"
    yield from convert(path, jsonl(path), lambda row: _ccf(row, row["label"], "train"))
    gold_path = folder / "consensus_gold_standard.jsonl"
    gold = {_ccf_key(row): row["label"] for _, row in jsonl(gold_path)} if gold_path.exists() else {}
    path = folder / "blind_verification.jsonl"
    yield from convert(path, jsonl(path), lambda row: _ccf(row, gold[_ccf_key(row)], "gold"))


def _ccf_key(row: Row) -> tuple[int, int, str]:
    return row["meta"]["doc_id"], row["meta"]["sentence_id"], row["meta"]["language"]


def _ccf(row: Row, labels: list[str], split: str) -> Sample | None:
    meta = row["meta"]
    if meta["language"] != "EN":
        return None
    found = {label[: -len("_Detection")] for label in labels if label.endswith("Detection")}
    publisher = publisher_key(meta["media"])
    return Sample(
        "ccf-climate-frames", f"{split}:{row['id']}", "passage", tidy(row["text"]),
        {"policy_frames": tuple(frame for code, frame in CCF_TO_FRAME.items() if code in found)},
        group=publisher, publisher=publisher, title=meta["title"] or None, topic="climate", split=split,
        meta={"asked": tuple(CCF_TO_FRAME.values()), "date": meta["date"]},
    )  # fmt: skip


def read_frac(folder: Path, options: Options) -> Iterator[Sample]:
    """FrAC development part (Guida et al. 2025): sentences with one frame code; for evaluation only."""

    def make(row: Row) -> Sample:
        text, frame = row["sentence"].strip(), FRAC_TO_FRAME[row["label"]]
        return Sample(
            "frac-dev", digest(text), "passage", text, {"policy_frames": (frame,) if frame else ()},
            group=digest(text), meta={"code": int(row["label"]), "evaluation_only": True},
        )  # fmt: skip

    path = folder / "gold_standard_single_label_dev.csv"
    return convert(path, table(path), make)
