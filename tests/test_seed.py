"""Our own texts: as many, as varied and as well formed as they must be."""

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from models.labels import POLICY_FRAMES, SOURCE_TYPES, STANCES, STORY_FRAMES
from training.readers import read
from training.reading import SEED_HOME


def rows(stem: str) -> list[dict[str, Any]]:
    """Return the rows of one seed file."""
    return [json.loads(line) for line in (SEED_HOME / f"{stem}.jsonl").read_text("utf-8").splitlines()]


def test_each_policy_frame_has_passages_over_many_issues() -> None:
    """Every frame has at least 15 passages over at least 12 issues, and some passages have none."""
    issues: dict[str, list[str]] = defaultdict(list)
    passages = rows("policy_frames_a") + rows("policy_frames_b")
    for row in passages:
        for frame in row["frames"]:
            issues[frame].append(row["issue"])
    assert set(issues) == set(POLICY_FRAMES)
    assert min(len(found) for found in issues.values()) >= 15
    assert min(len(set(found) - {"none"}) for found in issues.values()) >= 12
    assert sum(not row["frames"] for row in passages) == 40


def test_articles_cover_source_types_and_tell_the_same_facts_twice() -> None:
    """There are 60 articles or more, over all source types, and pairs of a report and an argument."""
    articles = rows("articles")
    assert len(articles) >= 60
    assert {row["source_type"] for row in articles} == set(SOURCE_TYPES)
    assert {frame for row in articles for frame in row["story_frames"]} <= set(STORY_FRAMES)
    pairs: dict[str, list[int]] = defaultdict(list)
    for row in articles:
        if row["pair"]:
            pairs[row["pair"]].append(row["advocacy"])
    assert len(pairs) >= 12
    assert all(min(grades) == 0 and max(grades) >= 3 for grades in pairs.values())


def test_calls_to_action_have_near_misses() -> None:
    """There are 150 calls and 150 near-misses or more; each pair holds a call, and 100 a near-miss, too."""
    counts = Counter(row["call_to_action"] for row in rows("call_to_action"))
    assert counts[0] >= 150
    assert counts[1] >= 150
    pairs: dict[str, list[int]] = defaultdict(list)
    for row in rows("call_to_action"):
        if row["pair"]:
            pairs[row["pair"]].append(row["call_to_action"])
    assert len(pairs) >= 150
    assert all(1 in labels and len(labels) == 2 for labels in pairs.values())
    assert sum(0 in labels for labels in pairs.values()) >= 100


def test_calls_that_are_reported_count_as_calls() -> None:
    """The labels follow the guideline of the annotations: what somebody urges others to do is a call."""
    labels = {row["kind"]: row["call_to_action"] for row in rows("call_to_action")}
    assert labels["quoted_demand"] == labels["reported_urge"] == labels["headline_reported_call"] == 1
    assert labels["reported_demand_no_content"] == labels["quoted_statement"] == labels["should_have"] == 0


def test_stance_examples_name_their_targets() -> None:
    """There are 60 stance examples or more, balanced, and each target stands where the row says."""
    examples = rows("stance")
    counts = Counter(row["stance"] for row in examples)
    assert set(counts) == set(STANCES)
    assert len(examples) >= 60
    assert len(set(counts.values())) == 1
    assert all(row["text"][row["start"] : row["end"]] == row["target"] for row in examples)


def test_the_prose_of_advocates_joined_later() -> None:
    """It names its targets, a text with two targets is one group, and it alone joined later."""
    written = rows("stance_advocates")
    assert Counter(row["stance"] for row in written) == {"against": 140, "favour": 120, "neutral": 100}
    assert all(row["text"][row["start"] : row["end"]] == row["target"] for row in written)
    samples = list(read("seed", SEED_HOME))
    later = [sample for sample in samples if sample.meta["file"] == "stance_advocates"]
    assert later == [sample for sample in samples if sample.later]
    assert len(later) == 360
    assert len({sample.group for sample in later}) == len({sample.text for sample in later}) == 314


def test_sentences_cross_loaded_words_with_opinion() -> None:
    """The four combinations of loaded language and opinion are equally many."""
    counts = Counter((row["loaded_language"], row["opinion"]) for row in rows("sentences"))
    assert counts == dict.fromkeys([(0, 0), (0, 1), (1, 0), (1, 1)], 60)


@pytest.mark.parametrize("path", sorted(SEED_HOME.glob("*.jsonl")), ids=lambda path: path.stem)
def test_names_are_unique_and_the_card_knows_the_file(path: Any) -> None:
    """No id stands twice in a file, and the card gives the file's name and number of rows."""
    names = [row["id"] for row in rows(path.stem)]
    assert len(set(names)) == len(names)
    assert f"| `{path.name}` | {len(names)} |" in (SEED_HOME / "README.md").read_text("utf-8")
