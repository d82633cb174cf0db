"""What a scorecard says, in words: a text reads like something, never is it; and why there is no label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.labels import POLICY_FRAMES, SOURCE_TYPES, STORY_FRAMES

Card = Mapping[str, Any]

REASONS: Final[dict[str, str]] = {
    "language": "it is not in English",
    "too_short": "the text is too short",
    "not_prose": "it is not running text",
    "uncertain": "the numbers are too close to call",
    "unlike_training": "it is unlike anything the model has seen",
}
BRIEFLY: Final[dict[str, str]] = {
    "language": "not in English", "too_short": "too short", "not_prose": "no running text",
    "uncertain": "too close to call", "unlike_training": "unlike the training texts",
}  # fmt: skip
ABSTAINED: Final = "the model abstained"
_MEANINGS: Final = {**POLICY_FRAMES, **STORY_FRAMES}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: ``strong`` is what the scorecard settled on."""

    name: str
    score: float | None
    strong: bool = False
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one head says: a sentence in two parts, of which the second is stressed, and its meaning."""

    lead: str
    label: str = ""
    meaning: str = ""

    @property
    def abstained(self) -> bool:
        """Whether there is no label."""
        return not self.label


def words(name: str) -> str:
    """Return a label as people write it."""
    return name.replace("_", " ")


def why_not(reason: str | None) -> str:
    """Say why a head gave no label."""
    return REASONS.get(reason or "", ABSTAINED)


def briefly(reason: str | None) -> str:
    """Say in a few words why a head gave no label, for lists."""
    return BRIEFLY.get(reason or "", ABSTAINED)


def advocacy_verdict(judgement: Card) -> Verdict:
    """Say what the advocacy head says."""
    label = judgement["label"]
    if label is None:
        return Verdict(f"No label: {why_not(judgement['reason'])}.")
    lead = "Does not read like" if label.startswith("not_") else "Reads like"
    return Verdict(lead, words(label.removeprefix("not_")))


def source_verdict(judgement: Card) -> Verdict:
    """Say what type of source a text reads like."""
    label = judgement["label"]
    if label is None:
        return Verdict(f"No label: {why_not(judgement['reason'])}.")
    return Verdict("Reads like", words(label), SOURCE_TYPES.get(label, ""))


def stance_verdict(stance: Card) -> str:
    """Say how a text reads towards one target."""
    if stance["label"] is None:
        return f"no label: {why_not(stance['reason'])}"
    said = {"favour": "in favour", "against": "against", "neutral": "neutral"}
    return f"reads {said.get(stance['label'], words(stance['label']))}"


def bars(scores: Mapping[str, float | None], strong: str | None = None) -> list[Bar]:
    """Return one bar a class in the order given; none where the head gave no numbers."""
    if all(score is None for score in scores.values()):
        return []
    return [Bar(name, score, name == strong) for name, score in scores.items()]


def source_bars(judgement: Card) -> list[Bar]:
    """Return the types of source, the likeliest first."""
    found = bars(judgement["scores"], judgement["label"])
    return sorted(found, key=lambda bar: -(bar.score or 0))


def frame_bars(frames: Sequence[Card], kind: str) -> list[Bar]:
    """Return the frames of a kind, the present ones first; none where the head gave no numbers."""
    own = [one for one in frames if one["kind"] == kind and one["score"] is not None]
    found = [_frame_bar(**one) for one in own]
    return sorted(found, key=lambda bar: (not bar.strong, -(bar.score or 0)))


def _frame_bar(frame: str, kind: str, score: float, present: bool | None) -> Bar:
    return Bar(frame, score, bool(present), _MEANINGS.get(frame, ""))


@dataclass(frozen=True, slots=True)
class Abstention:
    """One head that gave no label, in words."""

    head: str
    why: str


def abstentions(card: Card) -> list[Abstention]:
    """Return every head that abstained on a scorecard, and why."""
    found = [
        Abstention(words(head), why_not(card[head]["reason"]))
        for head in ("advocacy", "source_type")
        if card[head]["label"] is None
    ]
    for kind in ("policy", "story"):
        own = [one for one in card["frames"] if one["kind"] == kind]
        undecided = [one for one in own if one["present"] is None]
        if undecided:
            found.append(_of_frames(kind, own, undecided, card["advocacy"]["reason"]))
    for one in card["stance"]:
        if one["label"] is None:
            named = one["target"] or f"target {one['position'] + 1}"
            found.append(Abstention(f"stance towards {named}", why_not(one["reason"])))
    return found


def _of_frames(kind: str, own: Sequence[Card], undecided: Sequence[Card], reason: str | None) -> Abstention:
    """Say why frames were not decided: with numbers they are unlike the training, without none were made."""
    if any(one["score"] is not None for one in undecided):
        reason = "unlike_training"
    which = "" if len(undecided) == len(own) else f" ({', '.join(words(one['frame']) for one in undecided)})"
    return Abstention(f"{kind} frames{which}", why_not(reason))
