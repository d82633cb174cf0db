"""One candidate, step by step: from feedback to a bundle with the gate's verdict beside it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from models.bundle import Bundle
from models.bundle_files import BundleRejected
from models.encoder import file_sha256
from models.pointer import VERSION, bundle_folder, local_bundles
from training.assemble import Assembled, assemble
from training.cross_fit import cross_fit
from training.current_predictions import NotComparable, current_predictions
from training.drift_reference import drift_reference
from training.feedback_data import FeedbackFile
from training.feedback_facts import feedback_facts, left_out
from training.feedback_samples import samples_of
from training.feedback_sift import Sifted, known_texts, sift
from training.feedback_weights import weighed
from training.fit import fit_and_hold
from training.gate import Verdict, judge
from training.gate_report import Judged, learnt, write_gate
from training.held_out import HeldOut, oof_file, save_held_out
from training.material import Fitted, Held
from training.retrain_inputs import TIERS, absent, key_of
from training.run_record import run_record, seen, write_run
from training.samples import Sample
from training.served import say_of_feedback
from training.steps import Steps
from training.train import write


class BadVersion(ValueError):
    """A bundle cannot have this version, or there is one already."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for; ``tier`` None is that of the bundle in use, ``version`` None today's date."""

    feedback: Path
    corpora: Path
    tier: str | None = None
    version: str | None = None
    seed: int = 0
    jobs: int = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job came to: ``version`` is None where nothing could be learnt."""

    version: str | None
    passed: bool
    reasons: tuple[str, ...]
    judgements: int
    left_out: Mapping[str, int]
    absent: tuple[str, ...]


class Job:
    """One candidate, step by step; what several steps need is made when the first of them asks."""

    def __init__(
        self, order: Order, feedback: FeedbackFile, current: Bundle, steps: Steps, others: Mapping[str, Any]
    ) -> None:
        self.order, self.feedback, self.current = order, feedback, current
        self.steps, self.others, self.began = steps, others, time.monotonic()

    def run(self) -> Outcome:
        """Take every step that is not done yet."""
        missing = tuple(absent(self.order.corpora, str(self.order.tier)))
        if not self.samples:
            return Outcome(None, False, ("nothing in the file can teach",), 0, left_out(self.sifted), missing)
        path = local_bundles() / self.steps("version", self._version)
        candidate = self.steps("held-out", self._held_out)
        facts = self.steps(
            "facts", lambda: feedback_facts(self.feedback, self.sifted, self.assembled.material)
        )
        self.steps("bundle", lambda: self._write(path, facts))
        sha256 = file_sha256(path / "manifest.json")
        save_held_out(oof_file(path), sha256, candidate)
        verdict, where = self._judge(candidate)
        told = {
            "made_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "seed": self.order.seed,
            "tier": self.order.tier, "absent_corpora": list(missing), "current_predictions": where,
        }  # fmt: skip
        learning = learnt(self.steps("served", self._served), candidate)
        write_gate(Judged(path, sha256, self.current, verdict, told, {**facts, "learnt": learning}))
        return Outcome(
            path.name, verdict.passed, verdict.reasons, facts["judgements"], facts["left_out"], missing
        )

    @cached_property
    def sifted(self) -> Sifted:
        """Which lines of the feedback may teach."""
        judgements = self.feedback.judgements
        return self.steps("sifted", lambda: sift(judgements, known_texts(self.order.corpora)))

    @cached_property
    def samples(self) -> list[Sample]:
        """The samples of the feedback that may teach."""
        kept = set(self.sifted.kept)
        return [s for judged in self.feedback.judgements if judged.line in kept for s in samples_of(judged)]

    @cached_property
    def assembled(self) -> Assembled:
        """Corpora and feedback, ready to fit."""
        order = self.order
        made = assemble(
            order.corpora, TIERS[str(order.tier)], seed=order.seed, jobs=order.jobs, feedback=self.samples,
            encoder=self.current.encoder,
        )  # fmt: skip
        return replace(made, material=weighed(made.material, made.masks()))

    @cached_property
    def fitted(self) -> tuple[Fitted, Held]:
        """The candidate's heads, and its bases without each inner fold."""
        return fit_and_hold(self.assembled.material, self.assembled.masks(), self.steps)

    def _version(self) -> str:
        version = self.order.version or datetime.now(UTC).strftime("%Y.%m.%d-%H%M%S")
        if not VERSION.fullmatch(version):
            raise BadVersion("a version has letters, digits and . _ + - and at most 64 of them")
        try:
            bundle_folder(version)
        except BundleRejected:
            return version
        raise BadVersion(f"there is a bundle {version} already")

    def _held_out(self) -> dict[str, HeldOut]:
        fitted, held = self.fitted
        return cross_fit(self.assembled, self.assembled.masks(), fitted, held)

    def _write(self, path: Path, facts: Mapping[str, Any]) -> None:
        """Write the bundle and its run record, unless an earlier run was killed right after."""
        masks, fitted = self.assembled.masks(), self.fitted[0]
        seconds = round(time.monotonic() - self.began, 1)
        record = run_record(self.assembled, masks, self.order.seed, seconds)
        record |= {
            "feedback": dict(facts),
            "recipe": key_of({**self.others, "feedback": self.feedback.sha256}),
        }
        if not path.exists():
            write(self.assembled, fitted, masks, path, TIERS[str(self.order.tier)], record)
        write_run(path, record, seen(self.assembled, masks, fitted))
        drift_reference(path, self.assembled, self.fitted[1])

    def _judge(self, candidate: Mapping[str, HeldOut]) -> tuple[Verdict, str]:
        try:
            current, where = current_predictions(
                self.current, lambda: self.assembled, self.steps, key_of(self.others)
            )
        except NotComparable as error:
            return Verdict((str(error),), {}), "none"
        return judge(self.current.heads, current, candidate, self.order.seed), where

    def _served(self) -> dict[str, HeldOut]:
        """Return what the bundle in use says of the feedback; nothing where its encoder is another."""
        if self.current.encoder != self.assembled.encoder:
            return {}
        return say_of_feedback(self.current, self.assembled.material)
