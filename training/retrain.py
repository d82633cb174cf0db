"""Learn from feedback: refit the heads, let the gate judge the candidate, publish it if that was asked.

Steps: sift the feedback; read the corpora, with vectors from the cache; fit each inner base, the base and
the heads; predict held-out rows; write the bundle; predict the same rows by the recipe of the bundle in
use, where that did not leave its predictions; judge. Each fit is kept when it is done, so that a job that
was killed goes on, and its bundle comes out the same. Nothing here touches a running server: CURRENT is
changed by publishing alone, and only after the gate has passed.
"""

from dataclasses import asdict, replace

from models.bundle import load_bundle
from models.home import slantwise_home
from models.pointer import local_bundles, pointed_bundle_path
from models.publishing import Act, publish
from training.feedback_data import read_feedback
from training.retrain_inputs import TIERS, inputs, key_of
from training.retrain_job import BadVersion, Job, Order, Outcome
from training.steps import Steps, alone

__all__ = ["BadVersion", "Order", "Outcome", "publish_candidate", "retrain"]


def retrain(order: Order) -> Outcome:
    """Make a candidate from feedback and judge it; a job that is done already is not done again.

    Raises:
        FeedbackRejected: the file is not what was exported.
        AnotherJob: another retraining is running.
        BadVersion: there is such a bundle already, or this is no version.
        BundleRejected: the bundle in use cannot be read.

    """
    home = slantwise_home() / "retrain"
    with alone(home):
        feedback, current = read_feedback(order.feedback), load_bundle(pointed_bundle_path())
        tier = str(current.manifest.get("tier"))
        order = replace(order, tier=order.tier or (tier if tier in TIERS else "shipped"))
        others = inputs(order.corpora, str(order.tier), order.seed)
        recipe = {**others, "feedback": feedback.sha256}
        if current.manifest.get("recipe") == key_of(recipe) and order.version is None:
            return Outcome(None, False, (f"{current.version}, in use, is made of just this",), 0, {}, ())
        steps = Steps(home, {**recipe, "version": order.version, "current": current.sha256})
        known = steps.outcome()
        if known is None or (known["version"] and not (local_bundles() / known["version"]).is_dir()):
            known = asdict(Job(order, feedback, current, steps, others).run())
            steps.finish(known)
        return Outcome(**{**known, "reasons": tuple(known["reasons"]), "absent": tuple(known["absent"])})


def publish_candidate(version: str, who: str) -> None:
    """Put a candidate that has passed into use.

    Raises:
        PublishRefused: the gate did not let it through, or the bundle in use is another by now.
        BundleRejected: it is damaged.

    """
    publish(version, Act(who=who, why="retrained from feedback"))
