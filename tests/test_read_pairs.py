"""Readers of texts with a target, and of our own texts, on invented files."""

from pathlib import Path

import corpus_files as files
import pytest

from training.readers import read
from training.reading import IllFormedRowError, Options, digest


def test_newsmtsc_excludes_the_test_parts_unless_asked(tmp_path: Path) -> None:
    """Each target is a sample with its offsets; official test parts come only when asked for."""
    path = files.folder(tmp_path, "newsmtsc")
    target = {"Input.gid": "allsides_1_2_3_Ann_0_3", "from": 0, "to": 3, "mention": "Ann", "polarity": 2.0}
    files.jsonl(path / "train.jsonl", {"sentence_normalized": "Ann failed.", "targets": [target]})
    for split in ("rw_dev", "mt_dev", "rw_test", "mt_test"):
        row = {
            "id": f"polusa_v1_4_{split}_Bo_0_2",
            "sentence": "Bo won.",
            "from": 0,
            "to": 2,
            "mention": "Bo",
        }
        files.jsonl(path / f"split_{split}.jsonl", row | {"polarity": 1})
    samples = read("newsmtsc", tmp_path)
    assert [(s.split, s.labels["stance"], s.group, s.target) for s in samples] == [
        ("train", "against", "allsides_1", (0, 3)),
        ("rw_dev", "favour", "polusa_v1_4", (0, 2)),
        ("mt_dev", "favour", "polusa_v1_4", (0, 2)),
    ]
    asked = read("newsmtsc", tmp_path, Options(include_test=True))
    assert [sample.split for sample in asked[3:]] == ["rw_test", "mt_test"]


def test_directed_sentiment_loses_its_brackets(tmp_path: Path) -> None:
    """Brackets go and offsets follow; the target is who the sentiment is about; repeats come once."""
    path = files.folder(tmp_path, "dse-directed-sentiment")
    lines = [
        "[Ann] blamed [Bo].\tAnn\tBo\t3",
        "[Bo] was praised by [Ann].\tAnn\tBo\t1",
        "[A B] hurt [C D].\tC D\tA B\t4",
    ]
    (path / "train.txt").write_text("\n".join([*lines, lines[0]]) + "\n")
    (path / "valid.txt").write_text("")
    (path / "test.txt").write_text(f"{lines[0]}\n")
    samples = read("dse-directed-sentiment", tmp_path)
    assert [(s.split, s.text, s.meta["mention"], s.labels["stance"]) for s in samples] == [
        ("train", "Ann blamed Bo.", "Bo", "against"),
        ("train", "Bo was praised by Ann.", "Bo", "favour"),
        ("train", "A B hurt C D.", "C D", "against"),
        ("test", "Ann blamed Bo.", "Bo", "against"),
    ]
    assert samples[0].group == samples[3].group
    assert all(s.target and s.text[slice(*s.target)] == s.meta["mention"] for s in samples)


def test_persent_finds_the_person(tmp_path: Path) -> None:
    """The target is the full name where it stands, else a part of it, else none."""
    row = {"DOCUMENT_INDEX": "1", "TITLE": "T", "DOCUMENT": "Then Ann Leeson spoke.",
           "TARGET_ENTITY": "Ann Leeson",
           "TRUE_SENTIMENT": "Negative"} | {f"Paragraph{i}": "" for i in range(16)}  # fmt: skip
    part = row | {"DOCUMENT_INDEX": "2", "DOCUMENT": "Leeson spoke."}
    nobody = row | {"DOCUMENT_INDEX": "3", "DOCUMENT": "He spoke."}
    files.delimited(files.folder(tmp_path, "persent") / "dev.csv", [row, part, nobody])
    samples = read("persent", tmp_path)
    assert [sample.target for sample in samples] == [(5, 15), (0, 6), None]
    assert {sample.labels["stance"] for sample in samples} == {"against"}


def test_our_own_texts_are_read_with_their_pairs(tmp_path: Path) -> None:
    """A pair, or the targets of one text, are one group; offsets are checked, a missing file is skipped."""
    pair = {"outlet": "Halven Wire", "title": "T", "text": "X.", "pair": "p1", "issue": "i",
            "frames": ["economic"],
            "source_type": "news_report", "advocacy": 0, "story_frames": [], "hard_case": None}  # fmt: skip
    files.jsonl(tmp_path / "articles.jsonl", {"id": "a"} | pair, {"id": "b"} | pair | {"outlet": "Other"})
    stance = {
        "id": "s",
        "text": "Ann won.",
        "target": "Ann",
        "start": 0,
        "end": 3,
        "stance": "favour",
        "issue": "i",
    }
    files.jsonl(tmp_path / "stance.jsonl", stance)
    samples = read("seed", tmp_path / "nowhere", Options(seed_home=tmp_path))
    assert [(s.id, s.group, s.target) for s in samples] == [
        ("articles:a", "articles:p1", None), ("articles:b", "articles:p1", None),
        ("stance:s", f"stance:{digest('Ann won.')}", (0, 3)),
    ]  # fmt: skip
    assert dict(samples[0].labels) == {
        "source_type": "news_report", "advocacy": 0, "policy_frames": ("economic",), "story_frames": (),
    }  # fmt: skip
    files.jsonl(tmp_path / "stance.jsonl", stance | {"start": 1})
    with pytest.raises(IllFormedRowError, match=r"stance\.jsonl, line 1: .*does not stand at 1"):
        read("seed", tmp_path, Options(seed_home=tmp_path))
