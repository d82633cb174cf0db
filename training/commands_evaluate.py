"""``slantwise evaluate``: honest figures of the heads, or of your own labelled file."""

from pathlib import Path

import click

#: The protocols, as :data:`training.protocols.PROTOCOLS` names them.
WAYS = ("groups", "random", "once", "documents", "authors", "corpora")


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the report [default: beside the bundle]."
)
@click.option(
    "--tier",
    "tiers",
    type=click.Choice(["shipped", "research"]),
    multiple=True,
    help="Which corpora teach [default: both, each figure from the strictest tier that has its corpus].",
)
@click.option("--seed", default=0, show_default=True, help="Seed of folds and fits.")
@click.option("--jobs", default=2, show_default=True, help="Processes.")
@click.option("--final", is_flag=True, help="Read what is kept back; every reading is recorded.")
@click.option(
    "--full",
    is_flag=True,
    help="Make every figure anew. Where the bundle's encoder is fine-tuned, so is one for every fit, which "
    "takes days; a run that was ended goes on where it was.",
)
@click.option(
    "--frozen", is_flag=True, help="With --full: all figures with the encoder as it was before fine-tuning."
)
@click.option(
    "--repeat",
    "repeated",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="With --full: a report folder whose figures are repeated, but for those of --protocol.",
)
@click.option(
    "--protocol",
    "protocols",
    type=click.Choice(WAYS),
    multiple=True,
    help="With --repeat: fits that are made anew.",
)
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Your own labelled file."
)
@click.option("--text", "text_column", default="text", show_default=True, help="Its column of texts.")
@click.option("--label", "label_column", default="label", show_default=True, help="Its column of labels.")
@click.option("--group", "group_column", help="Its column of publishers, topics or other groups to hold out.")
def evaluate(
    out: Path | None, tiers: tuple[str, ...], seed: int, jobs: int, final: bool, full: bool, frozen: bool,
    repeated: Path | None, protocols: tuple[str, ...], data: Path | None, text_column: str,
    label_column: str, group_column: str | None,
) -> None:  # fmt: skip
    """Print the figures of the bundle in use, and make those of one fold anew as a check.

    With --full, write report.md and report.json: random, publisher-held-out and corpus-held-out figures. With
    --repeat and --protocol, make only those of some fits anew. With --final, read what is kept back and write
    the figures, which the next --full repeats. With --data, figures of your own labels.
    """
    if bool(protocols) != (repeated is not None) or (protocols and not full):
        raise click.UsageError("--repeat and --protocol go together, and with --full")
    if data is not None:
        from training.assemble import encoder_name
        from training.own_data import evaluate_file

        folder = out or Path(f"{data.stem}-report")
        evaluate_file(data, text_column, label_column, group_column, folder, encoder_name(), seed)
        click.echo(f"report: {folder / 'report.md'}")
        return
    from models.bundle import current_bundle_path, load_bundle
    from training.check import CannotCheck, check, lines_of, stored
    from training.finetune.tuned import Method, method_of, plain_encoder
    from training.readings import readings_path
    from training.taught import taught_by
    from training.verify import corpora_home

    bundle = load_bundle(current_bundle_path())
    folder = out or bundle.path.parent / f"{bundle.version}-report"
    method = None if frozen else method_of(bundle.manifest, seed)
    if method is None and not frozen and taught_by(bundle.encoder):
        method = Method(seed=seed)  # heads that were refitted on an encoder that was fine-tuned before

    def encoder() -> str:
        """Return the one that fits start from: where they are fine-tuned, as it was before."""
        return plain_encoder() if frozen or method is not None else bundle.encoder

    wanted = tiers or ("shipped", "research")
    if final:
        from training.evaluate import read_kept_back
        from training.readings import spent

        for corpus in sorted(spent(folder)):
            click.echo(f"{corpus} was read as often as it may be, and is left out")
        found = read_kept_back(corpora_home(), folder, wanted, seed, jobs, method, encoder())
        for line in lines_of(found):
            click.echo(line)
        click.echo(f"readings: {readings_path(folder)}")
    if full:
        from training.evaluate import evaluate as run
        from training.repeat import Before, CannotRepeat

        try:
            before = None if repeated is None else Before.read(repeated, protocols)
            run(corpora_home(), folder, bundle.version, wanted, seed, jobs, method, encoder(), before)
        except CannotRepeat as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"report: {folder / 'report.md'}")
    if final or full:
        return
    for line in stored(folder):
        click.echo(line)
    try:
        wrong = check(folder, corpora_home(), method, encoder, seed, jobs)
    except CannotCheck as error:
        click.echo(f"not checked: {error}")
        return
    if wrong:
        raise click.ClickException(f"figures of the first fold came out otherwise: {wrong}")
    click.echo("checked: the figures of the first fold came out the same")
