"""What a scorecard says in words: reads like, never is; and every abstention with its reason."""

from typing import Any

import pytest
from made_feedback import TEXT

from models.request import ScoreRequest
from service.dashboard.view_said import (
    Abstention,
    Bar,
    Verdict,
    abstentions,
    advocacy_verdict,
    bars,
    frame_bars,
    source_bars,
    source_verdict,
    stance_verdict,
)


def judgement(label: str | None, reason: str | None = None, **more: Any) -> dict[str, Any]:
    """Return what a head says."""
    return {"label": label, "reason": reason, "abstained": label is None, **more}


def frame(name: str, score: float | None, present: bool | None, kind: str = "policy") -> dict[str, Any]:
    """Return one frame of a scorecard."""
    return {"frame": name, "kind": kind, "score": score, "present": present}


@pytest.mark.parametrize(
    ("label", "reason", "wanted"),
    [
        ("advocacy", None, Verdict("Reads like", "advocacy")),
        ("not_advocacy", None, Verdict("Does not read like", "advocacy")),
        (None, "too_short", Verdict("No label: the text is too short.")),
        (None, "no_head", Verdict("No label: the model abstained.")),
    ],
)
def test_advocacy_in_words(label: str | None, reason: str | None, wanted: Verdict) -> None:
    """A text reads like advocacy, or does not; without a label the reason is said."""
    assert advocacy_verdict(judgement(label, reason)) == wanted


def test_source_type_in_words() -> None:
    """A text reads like a type of source, with what that means."""
    found = source_verdict(judgement("satire"))
    assert found == Verdict("Reads like", "satire", "invented events, told for comic effect")
    assert source_verdict(judgement(None, "language")).abstained


def test_stance_in_words() -> None:
    """Towards a target a text reads in favour, against or neutral; else the reason is said."""
    said = [stance_verdict(judgement(label)) for label in ("favour", "neutral", "against")]
    assert said == ["reads in favour", "reads neutral", "reads against"]
    unsure = stance_verdict(judgement(None, "uncertain"))
    assert unsure == "no label: the numbers are too close to call"


def test_bars() -> None:
    """There is a bar for each class, the chosen one strong, and none where there are no numbers."""
    assert bars({"yes": 0.7, "no": 0.3}, "yes") == [Bar("yes", 0.7, True), Bar("no", 0.3)]
    assert bars({"yes": None, "no": None}) == []
    found = source_bars(judgement("satire", scores={"news_report": 0.1, "satire": 0.9}))
    assert [(bar.name, bar.strong) for bar in found] == [("satire", True), ("news_report", False)]


def test_frame_bars_put_what_is_present_first() -> None:
    """Frames that are present stand first, then the others by their number; unscored ones do not stand."""
    frames = [
        frame("economic", 0.9, False), frame("morality", 0.4, True), frame("political", None, None),
        frame("conflict", 0.8, True, "story"),
    ]  # fmt: skip
    found = frame_bars(frames, "policy")
    assert [(bar.name, bar.strong) for bar in found] == [("morality", True), ("economic", False)]
    assert found[0].meaning.startswith("right and wrong")


def test_abstentions_of_a_short_text(scorer: Any) -> None:
    """Of a text that is too short every head is said to abstain."""
    card = scorer.score(ScoreRequest(text="Too short.")).to_json()
    short = "the text is too short"
    assert abstentions(card) == [
        Abstention("advocacy", short), Abstention("source type", short), Abstention("policy frames", short),
        Abstention("story frames", short),
    ]  # fmt: skip
    assert abstentions(scorer.score(ScoreRequest(text=TEXT)).to_json()) == []


def test_abstentions_of_single_frames_and_targets(scorer: Any) -> None:
    """A frame without a decision and a target without a label are named; a nameless target by its place."""
    card = scorer.score(ScoreRequest(text=TEXT, targets=("council", "x"))).to_json()
    card["frames"] = [frame("economic", 0.4, None), frame("morality", 0.4, False)]
    card["stance"] = [judgement(None, "uncertain", target=None, position=1)]
    assert abstentions(card) == [
        Abstention("policy frames (economic)", "it is unlike anything the model has seen"),
        Abstention("stance towards target 2", "the numbers are too close to call"),
    ]
