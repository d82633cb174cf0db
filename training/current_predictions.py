"""The held-out predictions of the bundle in use: as they were left beside it, or made again."""

from collections.abc import Callable
from typing import Final

from models.bundle import Bundle
from models.home import slantwise_home
from training.assemble import Assembled
from training.cross_fit import cross_fit
from training.fit import fit_and_hold
from training.held_out import HeldOut, PredictionsRejected, load_held_out, oof_file, save_held_out
from training.material import Masks
from training.samples import FEEDBACK
from training.steps import Steps

STORED: Final = "those that were left beside it when it was made"
REMADE: Final = "made by this version of the program, from the same corpora, with the same folds"


class NotComparable(ValueError):
    """There are no held-out predictions of the bundle in use, and they cannot be made again here."""


def current_predictions(
    bundle: Bundle, assembled: Callable[[], Assembled], steps: Steps, recipe: str
) -> tuple[dict[str, HeldOut], str]:
    """Return the predictions by head, and where they are from; what is made again is kept for next time.

    ``recipe`` names what they depend on when they are made again: code, corpora, tier and seed.

    Raises:
        NotComparable: they are missing, and the bundle learnt from what is not here.

    """
    kept = slantwise_home() / "cache" / f"oof-{bundle.sha256[:16]}-{recipe[:16]}.npz"
    for file, where in ((oof_file(bundle.path), STORED), (kept, REMADE)):
        try:
            return load_held_out(file, bundle.sha256), where
        except PredictionsRejected:
            continue
    made = _make_again(bundle, assembled(), steps)
    save_held_out(kept, bundle.sha256, made)
    return made, REMADE


def _make_again(bundle: Bundle, assembled: Assembled, steps: Steps) -> dict[str, HeldOut]:
    """Fit once more as if there were no feedback.

    That is the recipe of the bundle only where it learnt from these corpora and nothing else.
    """
    name = oof_file(bundle.path).name
    if bundle.manifest.get("feedback"):
        raise NotComparable(f"{name} is missing, and {bundle.version} learnt from feedback that is not here")
    if bundle.encoder != assembled.encoder:
        raise NotComparable(f"{name} is missing, and {bundle.version} has another encoder")
    masks = without_feedback(assembled)
    used = {
        str(corpus)
        for space, table in assembled.tables.items()
        for corpus in set(table.corpora[masks[space]].tolist())
    }
    missing = {str(fact["name"]) for fact in bundle.manifest.get("corpora", ())} - used
    if missing:
        raise NotComparable(
            f"{name} is missing, and {bundle.version} learnt from corpora that are not on this machine:"
            f" {', '.join(sorted(missing))}"
        )
    fitted, held = fit_and_hold(assembled.material, masks, lambda n, make: steps(f"current-{n}", make))
    return cross_fit(assembled, masks, fitted, held)


def without_feedback(assembled: Assembled) -> Masks:
    """Return the rows of the corpora that may train."""
    masks = assembled.masks()
    return {space: masks[space] & (table.corpora != FEEDBACK) for space, table in assembled.tables.items()}
