"""``slantwise feedback export``, ``import`` and ``tasks``: feedback in files."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from service.opened import opened_store

#: So many problems of a file are told one by one.
TOLD = 50
FILE = click.Path(dir_okay=False, path_type=Path)
OLD_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _place(ctx: click.Context, option: click.Parameter, given: str | None) -> str | None:
    if given is not None and not re.fullmatch("[a-z0-9-]{1,20}", given):
        raise click.BadParameter("at most 20 of a-z, 0-9 and -")
    return given


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was voted on from this day on (UTC)."
)
def export(file: Path, since: datetime | None) -> None:
    """Write accepted feedback to FILE, for: slantwise retrain --feedback FILE.

    The rules are applied first. Only texts that are kept can be written; the file holds them whole.
    """
    from service.feedback.export import bundle_in_use
    from service.feedback.export import export as run
    from service.feedback.review import apply_rules, limits_of

    with opened_store() as (database, settings):
        apply_rules(database, limits_of(settings))
        with _told(file), database.read() as connection:
            done = run(connection, file, bundle_in_use(), since and since.replace(tzinfo=UTC))
    left = _counted(done.left_out)
    click.echo(f"{done.items} items from {done.votes} votes in {file}; votes left out: {left}", err=True)


@click.command("import")
@click.argument("file", type=OLD_FILE)
@click.option("--format", "form", type=click.Choice(["labelstudio"]), required=True, help="What FILE is.")
@click.option("--place", metavar="NAME", callback=_place,
              help="Which Label Studio, where there are several.")  # fmt: skip
@click.option("--accept", is_flag=True, help="These annotations were reviewed: accept them all.")
@click.pass_context
def import_(ctx: click.Context, file: Path, form: str, place: str | None, accept: bool) -> None:
    """Read the annotations of a Label Studio export (JSON) as votes; the same file again changes nothing.

    What cannot be used is told by its place in the file, and the rest is kept; exit status 1 then.
    """
    from service.feedback.importing import Importer
    from service.feedback.labelstudio import NotUnderstood
    from service.feedback.sources import import_source

    with opened_store() as (database, _):
        try:
            done = Importer(database, import_source(place), accept).run(file)
        except NotUnderstood as error:
            raise click.ClickException(f"{file}: {error}") from None
    for problem in done.problems[:TOLD]:
        click.echo(f"{file}: {problem}", err=True)
    if len(done.problems) > TOLD:
        click.echo(f"{file}: {len(done.problems) - TOLD} more problems", err=True)
    click.echo(f"votes: {_counted(done.votes)}; left out: {_counted(done.left_out)}", err=True)
    ctx.exit(1 if done.problems else 0)


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="How many texts.")
@click.option(
    "--interface", is_flag=True, help="Write the labelling interface that fits, to standard output."
)
def tasks(file: Path | None, limit: int, interface: bool) -> None:
    """Write the newest kept texts to FILE as tasks for Label Studio (JSON); it holds them whole."""
    from service.feedback.files import whole_file
    from service.feedback.tasks import interface as write_interface
    from service.feedback.tasks import tasks as find_tasks

    if interface:
        click.echo(write_interface(), nl=False)
        return
    if file is None:
        raise click.UsageError("Give a FILE, or --interface.")
    with opened_store() as (database, _), database.read() as connection:
        found = find_tasks(connection, limit)
    with _told(file), whole_file(file) as stream:
        json.dump(found, stream, ensure_ascii=False, indent=1)
    click.echo(f"{len(found)} tasks in {file}", err=True)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Tell what is wrong with a file by its name."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from None


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()) if count) or "none"
