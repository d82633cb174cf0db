"""From probabilities to what a scorecard says: labels, abstentions and their reasons."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from models.document import Document
from models.features import Features, Floats
from models.heads import Head
from models.labels import POLICY_FRAMES, SENTENCE_SIGNALS, SOURCE_TYPES, STANCES, STORY_FRAMES
from models.scope import Scope, known_share, nearness, scope
from models.scorecard import (
    AdvocacyScore,
    DocumentInfo,
    FrameScore,
    SentenceScore,
    SourceTypeScore,
    StanceScore,
)
from models.signals import top_mean
from models.targets import Target

__all__ = [
    "Scope", "advocacy", "document_info", "frames", "known_share", "nearness", "no_stance",
    "scope", "sentences", "source_type", "stance", "stance_warnings",
]  # fmt: skip

#: Stance is learnt from news; see "The prose of advocates" in docs/models.md.
_LEARNT_FROM_NEWS: Final = "the text reads like advocacy: its stance is often misread, for news taught stance"
#: Thresholds of policy frames were set on single passages; a document must clear this one as well.
PRESENT: Final = 0.5
#: Where not even single sentences make a document's score.
_UNREADABLE: Final = ("language", "not_prose")


def document_info(document: Document, features: Features, s: Scope) -> DocumentInfo:
    """Return what was read."""
    return DocumentInfo(
        document.raw_title, document.publisher, s.language, s.words, len(document.sentences), s.scored_share,
        document.text if document.from_html else None, s.known_words,
    )  # fmt: skip


def _number(value: float) -> float:
    return round(float(value), 6)


def _column(values: Floats) -> list[float]:
    return [round(value, 6) for value in values[:, 0].tolist()]


def _withheld(head: Head, probabilities: Floats, profile: str, s: Scope) -> tuple[int, str | None]:
    """Return the decision and why it is withheld, if it is."""
    decided, confidence = head.decide(probabilities, profile)
    if s.strange:
        return int(decided[0]), "unlike_training"
    return int(decided[0]), "uncertain" if confidence[0] < head.calibrations[profile].cut else None


def advocacy(
    head: Head | None, profile: str, s: Scope, signals: Mapping[str, Floats], whole: Mapping[str, Floats]
) -> AdvocacyScore:
    """Return the advocacy score with its parts: means over the author's sentences, and document heads."""
    parts: dict[str, float | None] = dict.fromkeys((*SENTENCE_SIGNALS, "opinion_article", "partisan"))
    if not signals or head is None:
        return AdvocacyScore(None, None, True, s.barred or "no_head", parts)
    means, tops = signals["sentence"][::2], signals["sentence"][1::2]
    shown = [means[0], means[1], tops[2], whole["opinion_article"][0], whole["partisan"][0]]
    parts |= {name: _number(value) for name, value in zip(parts, shown, strict=True)}
    view = head.view_names(profile)[0]
    probabilities = head.probabilities({view: head.views[view].dense(signals["row"])}, profile)
    decided, reason = _withheld(head, probabilities, profile, s)
    label = None if reason else ("advocacy" if decided else "not_advocacy")
    return AdvocacyScore(_number(probabilities[0, 0]), label, reason is not None, reason, parts)


def source_type(head: Head | None, profile: str, s: Scope, probabilities: Floats | None) -> SourceTypeScore:
    """Return what the text reads like."""
    if probabilities is None or head is None:
        return SourceTypeScore(None, True, s.barred or "no_head", dict.fromkeys(SOURCE_TYPES))
    decided, reason = _withheld(head, probabilities[None, :], profile, s)
    scores = {name: _number(p) for name, p in zip(head.classes, probabilities, strict=True)}
    return SourceTypeScore(None if reason else head.classes[decided], reason is not None, reason, scores)


def frames(
    heads: Mapping[str, Head], profile: str, s: Scope, policy: Floats | None, story: Floats | None
) -> tuple[FrameScore, ...]:
    """Return all frames; a policy frame's score is the mean of its highest quarter of sentences."""
    out = []
    readable = policy is not None and s.barred not in _UNREADABLE
    whole = [top_mean(column) for column in policy.T] if policy is not None and readable else None
    for kind, names, scores in (("policy", POLICY_FRAMES, whole), ("story", STORY_FRAMES, story)):
        head = heads.get(f"{kind}_frames")
        if scores is None or head is None:
            out += [FrameScore(name, kind, None, None) for name in names]
            continue
        thresholds = np.maximum(head.calibrations[profile].offsets, PRESENT if kind == "policy" else 0)
        out += [
            FrameScore(name, kind, _number(p), None if s.strange else bool(p >= t))
            for name, p, t in zip(head.classes, scores, thresholds, strict=True)
        ]
    return tuple(out)


def no_stance(head: Head, target: Target, reason: str) -> StanceScore:
    """Return a stance that cannot be scored."""
    return StanceScore(target.name, target.given, None, True, reason, dict.fromkeys(STANCES), target.total)


def stance_warnings(advocacy: AdvocacyScore, stances: Iterable[StanceScore]) -> tuple[str, ...]:
    """Warn of stances in a text whose kind the head has hardly learnt from."""
    told = advocacy.label == "advocacy" and any(one.label for one in stances)
    return (_LEARNT_FROM_NEWS,) if told else ()


def stance(head: Head, target: Target, probabilities: Floats, profile: str) -> StanceScore:
    """Return the stance towards a target: the mean over its mentions, read as one of a document."""
    means, mentions = probabilities.mean(axis=0)[None, :], np.array([len(probabilities)])
    whole, decided, _, withheld = head.of_documents(means, mentions, profile)
    unsure = bool(withheld[0])
    scores = {name: _number(p) for name, p in zip(head.classes, whole[0], strict=True)}
    label = None if unsure else head.classes[int(decided[0])]
    return StanceScore(
        target.name, target.given, label, unsure, "uncertain" if unsure else None, scores, target.total
    )


def sentences(document: Document, scores: Mapping[str, Floats]) -> tuple[SentenceScore, ...]:
    """Return every sentence that holds words, the title first, in order; only English ones have numbers."""
    out, row = [], 0
    columns = [_column(scores[name]) if name in scores else None for name in SENTENCE_SIGNALS]
    frames = scores.get("policy_frames")
    policy = None if frames is None else np.round(frames.astype(np.float64), 6).tolist()
    listed = [(document.title, True)] if document.title else []
    for sentence, is_title in [*listed, *((s, False) for s in document.sentences)]:
        assert sentence is not None
        start, end = (None, None) if is_title else (sentence.start, sentence.end)
        if not (sentence.english and sentence.masked):
            out.append(SentenceScore(start, end, None, None, None, sentence.quoted, {}))
            continue
        named = dict(zip(POLICY_FRAMES, policy[row], strict=True)) if policy else {}
        signals = [column[row] if column else None for column in columns]
        out.append(SentenceScore(start, end, signals[0], signals[1], signals[2], sentence.quoted, named))
        row += 1
    return tuple(out)
