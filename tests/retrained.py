"""A small SLANTWISE_HOME with a bundle in use that can be retrained in seconds, on made texts.

Run as a program, ``retrained.py FEEDBACK STEPS``, it retrains there and kills itself with SIGKILL when it
has made its ``STEPS``-th step and not yet kept it.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from made_judgements import assembled, corpus, known

from models.encoder import file_sha256
from models.pointer import local_bundles
from training import retrain_job
from training.assemble import Assembled
from training.cross_fit import cross_fit
from training.feedback_sift import Known
from training.fit import fit_and_hold
from training.held_out import oof_file, save_held_out
from training.retrain import Order, retrain
from training.run_record import run_record
from training.samples import Sample
from training.steps import Steps
from training.train import write

OLD = "old.1"


def small(size: int, *_: Any, feedback: Sequence[Sample] = (), **__: Any) -> Assembled:
    """Assemble the made corpus, in the place of :func:`training.assemble.assemble`."""
    return assembled(corpus(size), feedback)


def nothing_held(size: int, _: Path) -> Known:
    """Return the made corpus as what is known, in the place of ``known_texts``."""
    return known(corpus(size))


def on_made_texts(patch: pytest.MonkeyPatch, size: int = 400) -> None:
    """Let retraining read the made corpus instead of the real ones."""
    patch.setattr(retrain_job, "assemble", partial(small, size))
    patch.setattr(retrain_job, "known_texts", partial(nothing_held, size))


def bundle_in_use(size: int = 400) -> Path:
    """Make a bundle from the made corpus, with its held-out predictions, and put it into use."""
    made = small(size)
    masks = made.masks()
    fitted, held = fit_and_hold(made.material, masks)
    path = write(made, fitted, masks, local_bundles() / OLD, ("own",), run_record(made, masks, 0, 0.0))
    save_held_out(oof_file(path), file_sha256(path / "manifest.json"), cross_fit(made, masks, fitted, held))
    (local_bundles().parent / "CURRENT").write_text(f"{OLD}\n", "utf-8")
    return path


def order(feedback: Path, **changes: Any) -> Order:
    """Return an order of one process, without corpora."""
    return Order(feedback, feedback.parent / "no-corpora", **{"version": "new.1", "jobs": 1} | changes)


def killed_after(steps: int) -> Callable[..., Any]:
    """Return a way to make steps that kills the process when it has made this many."""
    left, keep = [steps], Steps.__call__

    def make_and_die(self: Steps, name: str, make: Callable[[], Any], /) -> Any:
        def counted() -> Any:
            made = make()
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return made

        return keep(self, name, counted)

    return make_and_die


def main(feedback: str, steps: str) -> None:
    """Retrain until a step is made."""
    with pytest.MonkeyPatch.context() as patch:
        on_made_texts(patch, 80)
        patch.setattr(Steps, "__call__", killed_after(int(steps)))
        retrain(order(Path(feedback)))


if __name__ == "__main__":
    main(*sys.argv[1:])
