"""A text cut into sentences by code points, and the strip that stands for one that is not kept."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_feedback import TEXT

from models.labels import POLICY_FRAMES
from models.request import ScoreRequest
from service.dashboard.view_sentences import (
    SIGNALS,
    Block,
    Segment,
    place_at,
    placed,
    score_of,
    segments,
    step,
    strip,
    title_sentence,
    top_frames,
)


def sentence(start: int | None, end: int | None, score: float | None = 0.5, **more: Any) -> dict[str, Any]:
    """Return a sentence as scorecards hold it."""
    frames = {} if score is None else {"economic": score, "morality": score / 2, "political": score}
    signals = {"loaded_language": score, "opinion": score, "call_to_action": score}
    return {"start": start, "end": end, **signals, "quoted": False, "frames": frames, **more}


def test_segments_are_cut_by_code_points() -> None:
    """Each segment is exactly its sentence, whatever stands before it, and nothing is lost between."""
    text = "  😀 Yes! e\u0301t\r\n\u202eNo 👩\u200d👩\u200d👧."
    found = segments(text, [sentence(2, 8), sentence(14, 24, 0.9)], "opinion")
    assert found == [
        Segment("  "), Segment("😀 Yes!", 1, 0.5), Segment(" e\u0301t\r\n"),
        Segment("\u202eNo 👩\u200d👩\u200d👧.", 2, 0.9),
    ]  # fmt: skip


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=8))
def test_segments_are_the_text_again(text: str, offsets: list[tuple[int, int]]) -> None:
    """Whatever the offsets are, the segments in order are the text, letter for letter."""
    sentences = [sentence(min(pair), max(pair)) for pair in offsets]
    assert "".join(one.text for one in segments(text, sentences, "opinion")) == text


def test_scorer_and_segments_agree(scorer: Any) -> None:
    """Of a scored text every placed sentence is a segment of its own, numbered from 1."""
    card = scorer.score(ScoreRequest(text=TEXT, title="A title")).to_json()
    own = [one for one in segments(TEXT, card["sentences"], "opinion") if one.place]
    spans = [(one["start"], one["end"]) for one in placed(card["sentences"])]
    assert [one.text for one in own] == [TEXT[start:end] for start, end in spans]
    assert [one.place for one in own] == [*range(1, len(spans) + 1)]
    title = title_sentence(card["sentences"])
    assert title is not None
    assert title["start"] is None


def test_scores_by_signal_and_frame() -> None:
    """A sentence has a number for each signal and policy frame, none where it was not scored."""
    scored, bare = sentence(0, 4, 0.25), sentence(4, 8, None)
    assert SIGNALS[:3] == ("loaded_language", "opinion", "call_to_action")
    assert set(SIGNALS[3:]) == set(POLICY_FRAMES)
    assert [score_of(scored, name) for name in ("opinion", "economic", "health_safety")] == [0.25, 0.25, None]
    assert [score_of(bare, name) for name in ("opinion", "economic")] == [None, None]
    assert top_frames(scored, 2) == [("economic", 0.25), ("political", 0.25)]
    assert top_frames(bare) == []


@pytest.mark.parametrize(("score", "wanted"), [(None, 0), (0.0, 0), (0.17, 1), (0.5, 3), (0.84, 5), (1.0, 5)])
def test_steps(score: float | None, wanted: int) -> None:
    """A score falls into one of six steps; without one there is no colour."""
    assert step(score) == wanted


def test_strip_lies_as_the_text_did() -> None:
    """Of a text that is not kept sentences are blocks where they stood, in per cent; the title is none."""
    found = strip([sentence(None, None), sentence(0, 50, 0.9), sentence(50, 200, None)], "opinion")
    assert found == [Block(1, 0.0, 25.0, 0.9, False), Block(2, 25.0, 75.0, None, False)]
    assert [one.step for one in found] == [5, 0]
    assert strip([], "opinion") == []


def test_place_at_an_offset() -> None:
    """An offset is known by the sentence around it; between sentences there is none."""
    sentences = [sentence(None, None), sentence(0, 5), sentence(7, 9)]
    assert [place_at(sentences, at) for at in (0, 4, 5, 8, 9)] == [1, 1, None, 2, None]
