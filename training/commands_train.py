"""``slantwise train``: fit a bundle on the corpora that are present."""

from datetime import UTC, datetime
from pathlib import Path

import click

from models.home import slantwise_home


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of bundles [default: SLANTWISE_HOME/bundles]."
)
@click.option("--version", "name", help="Name of the bundle [default: today's date].")
@click.option(
    "--tier",
    type=click.Choice(["shipped", "research"]),
    default="shipped",
    show_default=True,
    help="research adds corpora whose licence bars redistribution; keep such a bundle to yourself.",
)
@click.option(
    "--corpus", "corpora", multiple=True, help="Only these corpora ('seed' alone needs no download)."
)
@click.option("--seed", default=0, show_default=True, help="Seed of folds and fits.")
@click.option("--jobs", default=2, show_default=True, help="Processes.")
@click.option(
    "--tune",
    is_flag=True,
    help="Fine-tune the encoder first; needs torch and the teacher's weights, and an hour or two.",
)
@click.option("--use", is_flag=True, help="Publish it, without a gate: score with it from now on.")
def train(
    out: Path | None, name: str | None, tier: str, corpora: tuple[str, ...], seed: int, jobs: int,
    tune: bool, use: bool,
) -> None:  # fmt: skip
    """Fit a bundle on the corpora that are present."""
    from training.assemble import RESEARCH, SHIPPED
    from training.finetune.tuned import Method
    from training.train import NoDocuments
    from training.train import train as run
    from training.verify import corpora_home

    folder = out or slantwise_home() / "bundles"
    version = name or datetime.now(UTC).strftime("%Y.%m.%d-%H%M%S")
    tiers = RESEARCH if tier == "research" else SHIPPED
    method = Method(seed=seed) if tune else None
    try:
        done = run(corpora_home(), folder, version, tiers, seed, jobs, corpora, method)
    except (FileExistsError, NoDocuments) as error:
        raise click.ClickException(str(error)) from None
    for head, facts in done.record["heads"].items():
        click.echo(
            f"{head}: {facts['samples']} samples from {', '.join(facts['corpora']) or 'nothing present'}"
        )
    click.echo(f"bundle: {done.path}")
    if use:
        from models.publishing import Act, publish

        publish(str(done.path), Act("train", force="slantwise train --use"))
        click.echo("in use from now on")
