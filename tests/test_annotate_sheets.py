"""Blind sheets: what a reader sees, what the key keeps, who reads twice."""

import json
from collections import Counter
from pathlib import Path

from test_annotate_sentences import corpus, sentence

from models.bundle import load_bundle
from models.labels import POLICY_FRAMES
from models.pointer import newest_shipped
from training.annotate import text_sha256
from training.annotate_draw import DOCUMENTS, bundle_scores, document_sheets, draw_documents
from training.annotate_pool import candidates
from training.annotate_sheets import deal, write_sheets
from training.samples import Sample

FOUND = [c for s in corpus("allsides", 10, 2, 0) for c in candidates(s)]


def test_a_tenth_of_each_part_stands_in_two_sheets() -> None:
    """Every sentence has one first reading; a tenth of either part a second one, in another sheet."""
    dealt = deal({"test": FOUND[:20], "train": FOUND[20:]}, sheets=4, seed=1)
    rows = [(sheet, row) for sheet, rows in enumerate(dealt) for _, row in rows]
    assert Counter((row["part"], row["second"]) for _, row in rows) == {
        ("test", False): 20, ("test", True): 2, ("train", False): 40, ("train", True): 4,
    }  # fmt: skip
    sheets: dict[str, set[int]] = {}
    for sheet, row in rows:
        assert sheet not in sheets.setdefault(row["sha256"], set())
        sheets[row["sha256"]].add(sheet)
    assert {len(sheet) for sheet in dealt} <= {15, 16, 17, 18}


def test_sheets_are_blind_and_the_key_is_not(tmp_path: Path) -> None:
    """A sheet shows number and words only; the key says which sentence a number is, without its words."""
    write_sheets(deal({"test": FOUND[:3]}, sheets=2, seed=0), tmp_path)
    shown = [json.loads(line) for line in (tmp_path / "sheet_0.jsonl").read_text("utf-8").splitlines()]
    keys = [json.loads(line) for line in (tmp_path / "key.jsonl").read_text("utf-8").splitlines()]
    assert [list(row) for row in shown] == [["n", "before", "sentence", "after"]] * len(shown)
    assert [row["n"] for row in shown] == list(range(1, len(shown) + 1))
    key = next(k for k in keys if k["sheet"] == 0 and k["n"] == 1)
    assert key["sha256"] == text_sha256(shown[0]["sentence"])
    assert set(key) == {"sheet", "n", "corpus", "id", "start", "end", "sha256", "part", "drawn", "second"}


def documents() -> list[Sample]:
    """Return 60 made documents of a hundred words and more, in 20 groups."""
    made = []
    for number in range(60):
        text = " ".join(sentence(i) for i in range(number * 12, number * 12 + 12))
        made.append(Sample("golbeck-fake-vs-satire", str(number), "document", text, {}, f"g{number % 20}"))
    return made


def test_further_documents_are_new_and_their_groups_are_in_one_part() -> None:
    """No annotated document, and none like it, is drawn; both parts get half, from other groups."""
    made = documents()
    twin = Sample("golbeck-fake-vs-satire", "twin", "document", made[0].text + " And more.", {}, "g1")
    done = [{"corpus": "golbeck-fake-vs-satire", "id": "0"}]
    chosen = draw_documents([*made, twin], done, seed=3)
    half = DOCUMENTS["golbeck-fake-vs-satire"] // 2
    assert Counter(part for _, part in chosen) == {"test": half, "train": half}
    assert not {"0", "twin"} & {s.id for s, _ in chosen}
    groups = {part: {s.group for s, p in chosen if p == part} for part in ("test", "train")}
    assert groups["test"].isdisjoint(groups["train"])


def test_document_sheets_share_a_few_documents() -> None:
    """Each of two sheets holds its half and four of the other's; the key marks these as second readings."""
    chosen = [(s, "test") for s in documents()[:40]]
    sheets, key = document_sheets(chosen)
    assert [len(sheet) for sheet in sheets] == [24, 24]
    assert Counter(row["second"] for row in key) == {False: 40, True: 8}
    assert list(sheets[0][0]) == ["n", "text"]
    assert {k["id"] for k in key if not k["second"]} == {s.id for s, _ in chosen}


def test_the_shipped_bundle_scores_every_sentence() -> None:
    """Each sentence has probabilities under its offsets; a row of a sentence corpus has its highest."""
    call, plain = "Call your senator today and demand a vote!", "The council met on Monday in the old hall."
    score = bundle_scores(load_bundle(newest_shipped()))
    document = score(Sample("allsides", "a", "document", f"{call} {plain}", {}, "g"))
    first, second = (0, len(call)), (len(call) + 1, len(call) + 1 + len(plain))
    assert set(document) == {first, second}
    assert {name for name in document[first] if name.startswith("frame:")} == {
        f"frame:{f}" for f in POLICY_FRAMES
    }
    assert document[first]["call_to_action"] > document[second]["call_to_action"]
    whole = score(Sample("babe", "b", "sentence", f"{call} {plain}", {}, "g"))
    assert list(whole) == [(0, second[1])]
    assert whole[0, second[1]]["call_to_action"] == document[first]["call_to_action"]
    assert score(Sample("babe", "c", "sentence", "Ceci est une phrase qui est en français.", {}, "g")) == {}
