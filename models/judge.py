"""From probabilities to what a scorecard says: labels, abstentions and their reasons."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from models.document import Document
from models.features import Features, Floats
from models.heads import Head
from models.labels import POLICY_FRAMES, SENTENCE_SIGNALS, SOURCE_TYPES, STANCES, STORY_FRAMES
from models.scorecard import (
    AdvocacyScore,
    DocumentInfo,
    Evidence,
    FrameScore,
    SentenceScore,
    SourceTypeScore,
    StanceScore,
)
from models.signals import top_mean
from models.targets import Target

if TYPE_CHECKING:
    from models.bundle import Bundle

#: Document heads need this many words; a headline and a paragraph are fewer.
MIN_WORDS: Final = 50
#: English prose has about four in ten of these; lists, code and gibberish have far fewer.
MIN_FUNCTION_SHARE: Final = 0.18
_FUNCTION: Final = frozenset(
    """the of and to a in that is was for it on with as be by at this have from or had not are but his they which she
    her he i you we an were their been has will would there if can more no when who what about up out so said its into
    than them only some could time these two may then do first any my now such like our over me even most after also
    did many before must through your should because each those how all him""".split()
)
_EVIDENCE: Final = 5
#: Thresholds of policy frames were set on single passages; a document must clear this one as well.
PRESENT: Final = 0.5
#: Where not even single sentences make a document's score.
_UNREADABLE: Final = ("language", "not_prose")


@dataclass(frozen=True, slots=True)
class Scope:
    """How much of a document can be scored, and why not where it cannot.

    ``barred`` bars the document heads (language, too_short, not_prose); ``strange`` says that the
    text is unlike what the heads have learnt from.
    """

    words: int
    scored_share: float
    language: str | None
    barred: str | None
    strange: bool
    empty: bool
    warnings: tuple[str, ...]


def scope(document: Document, features: Features, bundle: "Bundle") -> Scope:
    """Judge what of a document can be scored."""
    written = [s for s in document.sentences if s.masked]
    total = sum(len(s.masked) for s in written)
    scored = sum(len(s.masked) for s in written if s.english)
    words = {gram: count for gram, count in features.total.items() if " " not in gram and gram.strip("0!?")}
    share = scored / total if total else 0.0
    language = _language(document, share)
    barred = _barred(words, share, total, document.text)
    warnings = (f"{1 - share:.0%} of the text is not English and was not scored",) if 0 < share < 0.995 else ()
    return Scope(
        len(document.text.split()), round(share, 4), language, barred, _strange(features, bundle),
        not features.masked, warnings,
    )  # fmt: skip


def _language(document: Document, english: float) -> str | None:
    if english >= 0.5:
        return "en"
    codes = [s.language for s in document.sentences if s.language != "und"]
    return max(sorted(set(codes)), key=codes.count) if codes else None


def _barred(words: Mapping[str, int], share: float, total: int, text: str) -> str | None:
    """Return why the document heads cannot score; ``words`` are the counted English words."""
    signs = Counter(text[:20_000])
    letters = sum(n for c, n in signs.items() if c.isalpha() or c.isspace()) / max(1, signs.total())
    number = sum(words.values())
    if total and share < 0.5:
        return "language"
    if number < MIN_WORDS:
        return "too_short"
    functions = sum(words.get(word, 0) for word in _FUNCTION) / number
    return "not_prose" if functions < MIN_FUNCTION_SHARE or letters < 0.6 else None


def _strange(features: Features, bundle: "Bundle") -> bool:
    """Whether fewer words are known, or the mean vector is farther off, than for 99 % of training texts."""
    rules = bundle.manifest["unlike_training"]
    if known_share(features.total, bundle.spaces["document"].index) < rules["known_words"]:
        return True
    vectors = features.vectors
    return vectors is not None and len(vectors) > 0 and nearness(vectors, bundle.centroids) < rules["nearness"]


def known_share(total: Mapping[str, int], index: Mapping[str, int]) -> float:
    """Return the share of a text's words that the vocabulary holds."""
    words = {gram: count for gram, count in total.items() if " " not in gram}
    known = sum(count for gram, count in words.items() if gram in index)
    return known / max(1, sum(words.values()))


def nearness(vectors: Floats, centroids: Floats) -> float:
    """Return the cosine of the mean vector to the nearest centroid of the training texts."""
    mean = vectors.mean(axis=0)
    return float((centroids @ mean).max() / max(float(np.linalg.norm(mean)), 1e-6))


def document_info(document: Document, features: Features, s: Scope) -> DocumentInfo:
    """Return what was read."""
    return DocumentInfo(
        document.raw_title, document.publisher, s.language, s.words, len(document.sentences), s.scored_share,
        document.text if document.from_html else None,
    )  # fmt: skip


def _number(value: float) -> float:
    return round(float(value), 6)


def _column(values: Floats) -> list[float]:
    return [round(value, 6) for value in values.tolist()]


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
    whole = [top_mean(column) for column in policy.T] if policy is not None and s.barred not in _UNREADABLE else None
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


def stance(head: Head, target: Target, probabilities: Floats, profile: str) -> StanceScore:
    """Return the stance towards a target: the mean over its mentions."""
    mean = probabilities.mean(axis=0)
    decided, confidence = head.decide(mean[None, :], profile)
    unsure = bool(confidence[0] < head.calibrations[profile].cut)
    scores = {name: _number(p) for name, p in zip(head.classes, mean, strict=True)}
    label = None if unsure else head.classes[int(decided[0])]
    return StanceScore(
        target.name, target.given, label, unsure, "uncertain" if unsure else None, scores, target.total
    )


def sentences(document: Document, scores: Mapping[str, Floats]) -> tuple[SentenceScore, ...]:
    """Return every sentence that holds words, the title first, in order; only English ones have numbers."""
    out, row = [], 0
    signals = [_column(scores[name][:, 0]) if name in scores else None for name in SENTENCE_SIGNALS]
    policy = scores["policy_frames"].tolist() if "policy_frames" in scores else None
    listed = [(document.title, True)] if document.title else []
    for sentence, is_title in [*listed, *((s, False) for s in document.sentences)]:
        assert sentence is not None
        offsets = (None, None) if is_title else (sentence.start, sentence.end)
        if not (sentence.english and sentence.masked):
            out.append(SentenceScore(*offsets, None, None, None, sentence.quoted, {}))
            continue
        values = [column[row] if column else None for column in signals]
        named = {n: round(p, 6) for n, p in zip(POLICY_FRAMES, policy[row], strict=True)} if policy else {}
        out.append(SentenceScore(*offsets, *values, sentence.quoted, named))
        row += 1
    return tuple(out)


def evidence(document: Document, scores: Mapping[str, Floats], s: Scope) -> tuple[Evidence, ...]:
    """Return the author's own sentences that speak most for advocacy by their signals.

    The weight is the mean of the three sentence signals, less its mean over the text.
    """
    if s.barred or not {*SENTENCE_SIGNALS} <= set(scores):
        return ()
    strength = np.mean([scores[name][:, 0] for name in SENTENCE_SIGNALS], axis=0)
    offset = 1 if document.title and document.title.english and document.title.masked else 0
    placed = [x for x in document.sentences if x.english and x.masked]
    ranked = sorted(range(len(placed)), key=lambda i: (-strength[i + offset], i))
    chosen = [i for i in ranked if not placed[i].quoted and strength[i + offset] > strength.mean()][:_EVIDENCE]
    return tuple(
        Evidence("advocacy", x.start, x.end, document.text[x.start : x.end], _number(strength[i + offset] - strength.mean()))
        for i in chosen
        for x in (placed[i],)
    )
