"""A bundle that scores: document in, scorecard out."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from models import evidence, judge
from models.bundle import Bundle, BundleRejected
from models.clean import from_request
from models.document import Document
from models.encoder import Encoder, EncoderRejected
from models.features import Features, Floats, featurise, mention_counts, mention_dense
from models.labels import ADVOCACY, DOCUMENT_SIGNALS, SENTENCE_SIGNALS
from models.request import DeadlineExceeded, ScoreRequest, UnscorableInput
from models.scorecard import ModelInfo, Scorecard, StanceScore
from models.signals import sentence_signals, signal_row
from models.targets import Target, found_targets, given_targets

#: Reference scores may differ by this much between processors.
TOLERANCE = 0.01


class Scorer:
    """Scores documents with one bundle; safe to share between threads.

    An ``encoder`` that is open already is shared, if it is the one that the bundle names.

    Raises:
        BundleRejected: when the bundle's encoder is missing or altered.

    """

    def __init__(self, bundle: Bundle, threads: int = 2, encoder: Encoder | None = None) -> None:
        self.bundle = bundle
        try:
            if encoder is None or encoder.sha256 != bundle.encoder:
                encoder = Encoder.load(bundle.encoder, threads)
            self.encoder = encoder
        except EncoderRejected as error:
            raise BundleRejected(f"{bundle.version}: {error}") from None

    def score(self, request: ScoreRequest) -> Scorecard:
        """Return the scorecard of one request; there is no limit of length here.

        Raises:
            UnscorableInput: when the text cannot be read.
            DeadlineExceeded: when ``request.deadline`` passes.

        """
        if request.profile not in ("fast", "accurate"):
            raise UnscorableInput(f"no profile {request.profile!r}: fast or accurate")
        check = _watch(request.deadline)
        document = from_request(request)
        check()
        encoder = self.encoder if request.profile == "accurate" else None
        features = featurise(document, encoder, check)
        return self._card(request, document, features)

    def score_many(self, requests: Iterable[ScoreRequest]) -> Iterator[Scorecard]:
        """Score one request after the other."""
        return map(self.score, requests)

    def self_test(self) -> None:
        """Score the bundle's reference texts.

        Raises:
            BundleRejected: when a score is not what it was when the bundle was made, or there is none.

        """
        for entry in self.bundle.reference:
            try:
                made = self.score(ScoreRequest(text=entry["text"], profile=entry["profile"]))
                expected = {name: float(score) for name, score in entry["scores"].items()}
            except Exception as error:  # arrays that do not fit each other fail in many ways
                kind = type(error).__name__
                raise BundleRejected(
                    f"{self.bundle.version}: reference.json cannot be scored: {kind}"
                ) from None
            self._compare(reference_scores(made), expected)

    def _compare(self, found: Mapping[str, float], expected: Mapping[str, float]) -> None:
        for name, score in expected.items():
            if name not in found or not abs(found[name] - score) <= TOLERANCE:
                raise BundleRejected(
                    f"{self.bundle.version}: reference.json expects {name} {score:.3f}, got {found.get(name)}"
                )

    # --- how a card is made ------------------------------------------------------------------------

    def _card(self, request: ScoreRequest, document: Document, features: Features) -> Scorecard:
        profile = request.profile
        scope = judge.scope(document, features, self.bundle)
        sentence = self._sentences(features, profile)
        whole = {} if scope.barred else self._document(features, profile)
        targets, warnings = _targets(request, features)
        said = [(t, self._stance(t, features, profile, scope.barred)) for t in targets]
        signals = {} if scope.barred or scope.empty else self._signals(sentence, whole, features)
        heads = self.bundle.heads
        advocacy = judge.advocacy(heads.get(ADVOCACY), profile, scope, signals, whole)
        stance = self._stances(said, profile, scope.barred)
        return Scorecard(
            id=None,
            created_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            model=ModelInfo(self.bundle.version, self.bundle.sha256, profile),
            document=judge.document_info(document, features, scope),
            advocacy=advocacy,
            source_type=judge.source_type(heads.get("source_type"), profile, scope, whole.get("source_type")),
            frames=judge.frames(
                heads, profile, scope, sentence.get("policy_frames"), whole.get("story_frames")
            ),
            stance=stance,
            sentences=judge.sentences(document, sentence),
            evidence=(
                *evidence.advocacy(document, sentence, scope),
                *evidence.stance(document, len(features.masked), said),
            ),
            warnings=(
                *document.warnings,
                *scope.warnings,
                *warnings,
                *judge.stance_warnings(advocacy, stance),
            ),
        )

    def _document(self, features: Features, profile: str) -> dict[str, Floats]:
        """Return probabilities of every document head, each (outputs,)."""
        row, dense = [self.bundle.spaces["document"].row(features.total)], features.document_dense()
        out = {}
        for head in self.bundle.heads.values():
            if head.space != "document":
                continue
            decisions = {}
            for view in head.view_names(profile):
                linear = head.views[view]
                if view == "sparse":
                    decisions[view] = linear.sparse(row)
                else:
                    inputs = features.style[None, :] if view == "style" else dense
                    assert inputs is not None
                    decisions[view] = linear.dense(inputs)
            out[head.name] = head.probabilities(decisions, profile)[0]
        return out

    def _sentences(self, features: Features, profile: str) -> dict[str, Floats]:
        """Return probabilities of every sentence head, each (sentences, outputs)."""
        if not features.masked:
            return {}
        rows = self.bundle.spaces["sentence"].rows(features.counts)
        out = {}
        for head in self.bundle.heads.values():
            if head.space == "sentence":
                decisions = {"sparse": head.views["sparse"].sparse(rows)}
                if features.vectors is not None and "dense" in head.views:
                    decisions["dense"] = head.views["dense"].dense(features.vectors)
                out[head.name] = head.probabilities(decisions, profile)
        return out

    def _signals(
        self, sentence: Mapping[str, Floats], whole: Mapping[str, Floats], features: Features
    ) -> dict[str, Floats]:
        """Return what advocacy reads, and its parts by name."""
        if not {*SENTENCE_SIGNALS} <= set(sentence) or not {*DOCUMENT_SIGNALS, "source_type"} <= set(whole):
            return {}
        parts = sentence_signals({name: sentence[name][:, 0] for name in SENTENCE_SIGNALS}, features.quoted)
        opinion, partisan = (float(whole[name][0]) for name in DOCUMENT_SIGNALS)
        row = signal_row(parts, opinion, partisan, whole["source_type"])
        return {"row": row[None, :], "sentence": np.array(list(parts.values()), np.float32)}

    def _stances(
        self, said: Sequence[tuple[Target, Floats | None]], profile: str, barred: str | None
    ) -> tuple[StanceScore, ...]:
        """Average the mentions' probabilities; a target that is not mentioned is not scorable."""
        head = self.bundle.heads.get("stance")
        if head is None:
            return ()
        return tuple(
            judge.no_stance(head, target, barred or "too_short")
            if probabilities is None
            else judge.stance(head, target, probabilities, profile)
            for target, probabilities in said
        )

    def _stance(self, target: Target, features: Features, profile: str, barred: str | None) -> Floats | None:
        """Return the probabilities of each mention, (mentions, 3); None where there is nothing to score."""
        head = self.bundle.heads.get("stance")
        if head is None or not target.mentions or barred in ("language", "not_prose"):
            return None
        around = [mention_counts(features.masked[m.sentence], m) for m in target.mentions]
        rows = self.bundle.spaces["mention"].rows(around)
        decisions = {"sparse": head.views["sparse"].sparse(rows)}
        if features.encoded is not None and "dense" in head.views:
            decisions["dense"] = head.views["dense"].dense(
                np.stack([mention_dense(features.encoded[m.sentence], m) for m in target.mentions])
            )
        return head.probabilities(decisions, profile)


def _targets(request: ScoreRequest, features: Features) -> tuple[list[Target], list[str]]:
    """Return the targets that were given, or else found, and warnings of what was left out."""
    sentences, warnings = list(features.masked), []
    if request.targets:
        targets = given_targets(request.targets, sentences)
    else:
        targets, left_out = found_targets(sentences)
        warnings += [f"{left_out} further names were found and left out"] if left_out else []
    warnings += [
        f"{t.name}: {len(t.mentions)} of {t.total} mentions were read"
        for t in targets
        if t.total > len(t.mentions)
    ]
    return targets, warnings


def reference_scores(card: Scorecard) -> dict[str, float]:
    """Return the numbers of a card that a self-test compares."""
    scores = {f"source_type.{name}": value for name, value in card.source_type.scores.items()}
    scores |= {f"{f.kind}.{f.frame}": f.score for f in card.frames} | {"advocacy": card.advocacy.score}
    return {name: value for name, value in scores.items() if value is not None}


def _watch(deadline: float | None) -> Callable[[], None]:
    """Return a check that raises once the deadline has passed."""

    def check() -> None:
        if deadline is not None and time.monotonic() > deadline:
            raise DeadlineExceeded("the request's time was over before the text was scored")

    return check
