"""Readers of the corpora of frames, on invented files."""

from pathlib import Path

import corpus_files as files

from training.readers import read


def test_narrative_frames_repair_a_row_and_drop_one(tmp_path: Path) -> None:
    """``False)`` is read as false, a row without labels is left out, the authors' fold is the split."""
    row = {"source": "Breitbart", "mbfc": "m", "date": "d", "text": "A b.", "RE": "True", "HI": "False",
           "CO": "True",
           "MO": "False", "EC": "False)"}  # fmt: skip
    none = dict.fromkeys(("RE", "HI", "CO", "MO", "EC"), "")
    path = files.folder(tmp_path, "narrative-frames")
    files.delimited(path / "articles_metadata.tsv", [{"ID": 716} | row, {"ID": 405} | row | none], "\t")
    (path / "folds_ids_derived.json").write_text('{"Fold_3/test": ["716"], "Fold_3/train": ["1"]}')
    (sample,) = read("narrative-frames", tmp_path)
    assert (sample.labels["story_frames"], sample.split, sample.group) == (
        ("resolution", "conflict"), "2", "breitbart.com",
    )  # fmt: skip


def test_gvfc_maps_its_codes(tmp_path: Path) -> None:
    """One or two codes become policy frames; 99 is none; the address gives the publisher."""
    row = {
        "id": 0,
        "article_url": "http://beta.latimes.com/x",
        "headline": "H",
        "Q3 Theme1": 2,
        "Q3 Theme2": 99,
    }
    path = files.folder(tmp_path, "gvfc") / "GVFC_extension_multimodal.csv"
    files.delimited(path, [row, row | {"id": 1, "Q3 Theme2": 5}])
    samples = read("gvfc", tmp_path)
    assert [sample.labels["policy_frames"] for sample in samples] == [
        ("policy_evaluation",), ("policy_evaluation", "security_defense"),
    ]  # fmt: skip
    assert samples[0].group == "latimes.com"


def test_ccf_reads_english_and_joins_the_gold(tmp_path: Path) -> None:
    """French is left out, detections of both spellings count, gold labels join the blind texts."""
    meta = {"media": "National Post", "title": "T", "date": "d", "sentence_id": 1}
    path = files.folder(tmp_path, "ccf-climate-frames")
    train = {"id": 1, "text": "A. B.", "label": ["Eco Detection", "Eco_1_SUB", "Sci Detection"]}
    files.jsonl(path / "Annotated_sentences.jsonl", train | {"meta": meta | {"doc_ID": 1, "language": "EN"}},
                train | {"meta": meta | {"doc_ID": 2, "language": "FR"}})  # fmt: skip
    blind = meta | {"doc_id": 3, "language": "EN"}
    files.jsonl(path / "blind_verification.jsonl", {"id": 9, "text": "C. D.", "meta": blind, "label": []})
    files.jsonl(path / "consensus_gold_standard.jsonl", {"meta": blind, "label": ["Pol_Detection"]})
    samples = read("ccf-climate-frames", tmp_path)
    assert [(s.split, s.labels["policy_frames"]) for s in samples] == [
        ("train", ("economic",)), ("gold", ("political",)),
    ]  # fmt: skip


def test_frac_is_marked_for_evaluation_only(tmp_path: Path) -> None:
    """Every sentence says that it may only be tested on; code 15 is no frame."""
    path = files.folder(tmp_path, "frac-dev") / "gold_standard_single_label_dev.csv"
    files.delimited(path, [{"sentence": "One.", "label": 5}, {"sentence": "Two.", "label": 15}])
    samples = read("frac-dev", tmp_path)
    assert [s.labels["policy_frames"] for s in samples] == [("legality_jurisprudence",), ()]
    assert all(s.meta["evaluation_only"] for s in samples)
