"""Judgements become samples: one a class that was voted for, weighed by the votes."""

from pathlib import Path
from typing import Any

import pytest
from made_judgements import line, ulid, write_lines

from training.feedback_data import Judgement, read_feedback
from training.feedback_samples import samples_of, trust, why_not
from training.samples import FEEDBACK, Sample

STORY = (
    "Aldo Brandt opened the bridge on Monday. The ferry stopped. Critics said that Brandt had waited for "
    "years. Nobody else spoke."
)


@pytest.fixture
def judged(tmp_path: Path) -> Any:
    """Return a judgement made of a line with some changes."""

    def make(**changes: Any) -> Judgement:
        return read_feedback(write_lines(tmp_path / "f.jsonl", [line(**changes)])).judgements[0]

    return make


def summary(samples: list[Sample]) -> list[tuple[Any, ...]]:
    """Return what a sample teaches: kind, labels, weight, whether its class won."""
    return [(s.kind, dict(s.labels), round(s.meta["weight"], 4), s.meta["top"]) for s in samples]


def test_a_soft_label_is_a_sample_a_class(judged: Any) -> None:
    """Three raters weigh 3/4 together, shared out as their votes; text and unit are those of the part."""
    samples = samples_of(judged())
    assert summary(samples) == [
        ("sentence", {"loaded_language": 0}, 0.2475, False),
        ("sentence", {"loaded_language": 1}, 0.5025, True),
    ]
    assert {s.text for s in samples} == {"It is a shameful betrayal of the whole city."}
    assert {(s.corpus, s.publisher, s.group) for s in samples} == {(FEEDBACK, "Velm Herald", ulid(1))}
    assert len({s.key for s in samples}) == 2


def test_more_raters_weigh_more_but_never_one() -> None:
    """One rater weighs a half, a thousand still less than a sample of a corpus."""
    assert [trust(n) for n in (1, 2, 3)] == [0.5, 2 / 3, 0.75]
    assert 0.99 < trust(1_000) < 1


def test_even_votes_have_no_winner(judged: Any) -> None:
    """Where votes are even both classes teach a little, and neither counts as what people said."""
    found = summary(samples_of(judged(weights={"yes": 0.5, "no": 0.5}, raters=2)))
    assert [row[2:] for row in found] == [(0.3333, False), (0.3333, False)]


def test_documents(judged: Any) -> None:
    """A whole text is taught with its title; advocacy becomes a grade on one side of 3."""
    whole = {"start": None, "end": None, "title": "A bridge"}
    advocacy = samples_of(judged(head="advocacy", weights={"yes": 1.0}, **whole))
    assert summary(advocacy) == [("document", {"advocacy": 4}, 0.75, True)]
    assert advocacy[0].title == "A bridge"
    kind = samples_of(judged(head="source_type", weights={"satire": 0.6, "news_report": 0.4}, **whole))
    assert [row[1] for row in summary(kind)] == [{"source_type": "news_report"}, {"source_type": "satire"}]


def test_frames(judged: Any) -> None:
    """A judged frame is present or absent, and says nothing of the others."""
    samples = samples_of(judged(head="policy_frames", frame="economic", weights={"yes": 0.25, "no": 0.75}))
    assert [dict(s.labels) for s in samples] == [{"policy_frames": ()}, {"policy_frames": ("economic",)}]
    assert {s.meta["judged"] for s in samples} == {("economic",)}


def test_a_stance_is_taught_by_the_sentences_that_name_its_target(judged: Any) -> None:
    """Two sentences name him, once by his surname; they share the weight, each with the name's place."""
    samples = samples_of(
        judged(text=STORY, head="stance", start=None, end=None, target="Aldo Brandt", weights={"against": 1})
    )
    assert [(s.text[slice(*s.target)], s.text[:6], s.meta["weight"]) for s in samples if s.target] == [
        ("Aldo Brandt", "Aldo B", 0.375), ("Brandt", "Critic", 0.375),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"start": None, "end": None}, "needs_a_part"),
        ({"head": "advocacy"}, "needs_the_whole"),
        ({"head": "stance", "start": None, "end": None, "target": "Nora", "weights": {"against": 1}},
         "target_absent"),
    ],
)  # fmt: skip
def test_what_can_teach_nothing(judged: Any, changes: dict[str, Any], why: str | None) -> None:
    """A head learns from sentences or from whole texts, a stance from sentences that name the target."""
    assert why_not(judged(**changes)) == why
