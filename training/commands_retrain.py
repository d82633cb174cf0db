"""``slantwise retrain``: make a candidate from feedback, judge it and, if asked, publish it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.retrain import Outcome


class Refused(click.ClickException):
    """The gate said no, or publishing did: nothing has changed."""

    exit_code = 3


@click.command()
@click.option(
    "--feedback",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="What 'slantwise feedback export' wrote.",
)
@click.option("--version", "version", help="Name of the candidate [default: date and time].")
@click.option(
    "--tier",
    type=click.Choice(["shipped", "research"]),
    help="Which corpora teach beside it [default: as those of the bundle in use].",
)
@click.option("--seed", default=0, show_default=True, help="Seed of folds and fits.")
@click.option(
    "--jobs", default=2, show_default=True, type=click.IntRange(1), help="Processors to use at most."
)
@click.option(
    "--nice", default=10, show_default=True, type=click.IntRange(0, 19), help="Priority, 19 the lowest."
)
@click.option("--publish", is_flag=True, help="Put the candidate into use if the gate lets it through.")
@click.option("--finetune", is_flag=True, help="Fine-tune the encoder too (not built yet).")
def retrain(
    feedback: Path, version: str | None, tier: str | None, seed: int, jobs: int, nice: int, publish: bool,
    finetune: bool,
) -> None:  # fmt: skip
    """Refit the heads with feedback, and let the gate compare them with the bundle in use.

    Killed, it goes on where it was when it is called again. Exit status 3: the gate says no, or
    publishing was refused; nothing has changed then.
    """
    if finetune:
        raise click.ClickException("--finetune is not built yet; without it the heads are refitted")
    from models.bundle_files import BundleRejected
    from models.encoder import EncoderRejected
    from models.publishing import PublishRefused
    from training.feedback_data import FeedbackRejected
    from training.retrain import BadVersion, Order, publish_candidate
    from training.retrain import retrain as run
    from training.steps import AnotherJob
    from training.verify import corpora_home

    try:
        with share(jobs, nice):
            outcome = run(Order(feedback, corpora_home(), tier, version, seed, jobs))
        _tell(outcome)
        if outcome.version is not None and not outcome.passed:
            raise Refused(f"{outcome.version} is not published")
        if publish and outcome.version is not None:
            publish_candidate(outcome.version, f"retrain by {os.environ.get('USER') or os.getuid()}")
            click.echo(f"published: {outcome.version} is in use")
    except PublishRefused as error:
        raise Refused(str(error)) from None
    except (FeedbackRejected, AnotherJob, BadVersion, BundleRejected, EncoderRejected) as error:
        raise click.ClickException(str(error)) from None


def _tell(outcome: "Outcome") -> None:
    from training.feedback_sift import REASONS

    if outcome.absent:
        click.echo(f"not on this machine: {', '.join(outcome.absent)}; only what is here teaches")
    for reason, n in outcome.left_out.items():
        click.echo(f"left out: {n}, {REASONS[reason]}")
    if outcome.version is None:
        click.echo(f"no bundle was made: {'; '.join(outcome.reasons)}")
        return
    click.echo(f"taught by {outcome.judgements} judgements: {outcome.version}")
    click.echo(
        f"gate: {'pass' if outcome.passed else 'fail'} (see {outcome.version}-gate.md beside the bundle)"
    )
    for reason in outcome.reasons:
        click.echo(f"  {reason}")


@contextmanager
def share(jobs: int, nice: int) -> Iterator[None]:
    """Use at most this many processors, at this priority: each process has one thread."""
    import joblib
    from threadpoolctl import threadpool_limits

    os.nice(max(0, nice - os.nice(0)))
    with threadpool_limits(1), joblib.parallel_config("loky", n_jobs=jobs, inner_max_num_threads=1):
        yield
