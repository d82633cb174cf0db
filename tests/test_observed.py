"""What is looked at in a scorecard, and summed up over many."""

import json
from dataclasses import replace
from random import Random

import pytest
from made_drift import CALM, drawn

from models.observed import BINS, Observed, Summary
from models.scorecard import Scorecard
from service.store.cards import pack, unpack, unpack_whole


def seen(card: Scorecard) -> Observed:
    """Look at a scorecard as it lies in the store."""
    return Observed.of(unpack_whole(pack(card)))


def test_a_stored_scorecard_is_looked_at() -> None:
    """Numbers, labels and frames come out of the packed card; the share of known words is in no answer."""
    card = drawn(Random(3), CALM)
    found = seen(card)
    assert found.numbers["advocacy"] == card.advocacy.score
    assert found.numbers["known_words"] == card.document.known_words
    assert found.numbers["source_type_confidence"] == max(card.source_type.scores.values())
    assert found.labels["advocacy_abstention"] == (card.advocacy.reason or "answered")
    assert found.frames == tuple(one.frame for one in card.frames if one.present)
    assert "known_words" not in unpack(pack(card))["document"] | card.to_json()["document"]


def test_what_could_not_be_scored_counts_as_abstention_only() -> None:
    """A text that is too short has a length, reasons, and neither scores nor labels nor frames."""
    card = drawn(Random(3), CALM)
    nothing = replace(card.advocacy, score=None, label=None, abstained=True, reason="too_short")
    source = replace(card.source_type, label=None, reason="too_short", scores=dict.fromkeys("ab"))
    frames = tuple(replace(one, score=None, present=None) for one in card.frames)
    read = replace(card.document, words=10, known_words=None)
    found = seen(replace(card, advocacy=nothing, source_type=source, frames=frames, document=read))
    assert found == Observed(
        {"length": 1.0}, {"advocacy_abstention": "too_short", "source_type_abstention": "too_short"}, None
    )


def test_a_summary_comes_back_from_json() -> None:
    """What is written is read back the same, and two halves make the whole."""
    rng = Random(1)
    cards = [seen(drawn(rng, CALM)) for _ in range(60)]
    whole = Summary.of(cards)
    told = json.loads(json.dumps(whole.to_json()))
    assert (
        Summary.from_json(told).to_json()
        == told
        == (Summary.of(cards[:20]) + Summary.of(cards[20:])).to_json()
    )
    assert (whole.n, whole.count("length"), whole.count("frames")) == (60, 60, 60)


def test_the_bounds_are_in_the_last_bins() -> None:
    """A score of one is counted in the last bin, nought in the first, and what lies beyond at the ends."""
    counted = Summary.of(Observed({"advocacy": value}, {}, None) for value in (0.0, 1.0, -0.5, 2.0))
    assert (counted.numbers["advocacy"][0], counted.numbers["advocacy"][BINS - 1]) == (2, 2)


@pytest.mark.parametrize("name", ["n", "numbers", "labels", "frames"])
@pytest.mark.parametrize("value", [None, [], {"advocacy": [1]}, "x"])
def test_anything_else_is_no_summary(name: str, value: object) -> None:
    """A part that is missing or of another form is refused."""
    with pytest.raises(ValueError, match="no summary"):
        Summary.from_json(Summary().to_json() | {name: value})
