"""``slantwise db``: the care of the store: its tables, its texts' age, copies of it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.opened import opened_store

if TYPE_CHECKING:
    from service.store.database import Database

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def db() -> None:
    """Look after the store: its tables, the age of its texts, exports and backups.

    The embedded database is brought up to date by every start; a PostgreSQL database by this only.
    """


@db.command("upgrade")
def upgrade_() -> None:
    """Bring the tables up to date: whole or not at all, and nothing where they are."""
    from service.store.revision import upgrade

    with _database() as database:
        click.echo(f"{database.name} is up to date at {upgrade(database)}.")


@db.command("check")
def check_() -> None:
    """Say whether this program can work with the tables as they are; exit status 1 where not."""
    from service.store.revision import check

    with _database() as database:
        click.echo(f"{database.name} is up to date at {check(database)}.")


@db.command("reroll")
def reroll_() -> None:
    """Count all scorecards again, should the sums behind aggregates ever be in doubt.

    Nothing can be kept meanwhile, which takes about a minute for a million scorecards.
    """
    from service.store.rollups import reroll

    with opened_store() as (database, _), database.begin() as connection:
        click.echo(f"{reroll(connection)} scorecards were counted.")


@db.command("purge")
@click.option(
    "--days", type=click.IntRange(0, 100_000), help="Also texts first scored over so many days ago."
)
def purge_(days: int | None) -> None:
    """Empty documents past their age of text, title, address and names; their numbers stay.

    A running server does this by itself once an hour. A shorter SLANTWISE_TEXT_RETENTION_DAYS holds
    for new texts only: --days brings it to those that are there.
    """
    from service.store.retention import purge

    now = datetime.now(UTC)
    with opened_store() as (database, _):
        before = None if days is None else now - timedelta(days)
        click.echo(f"{purge(database, now, before)} documents were emptied of their words.")


@db.command("export")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--from", "since", type=DAY, help="First day.")
@click.option("--to", "until", type=DAY, help="Last day.")
@click.option("--publisher", metavar="NAME", help="Only of this publisher.")
@click.option("--with-text", is_flag=True, help="With the texts, titles, addresses and names that are kept.")
def export_(
    form: str, since: datetime | None, until: datetime | None, publisher: str | None, with_text: bool
) -> None:
    """Write every scorecard to standard output, oldest first, one a line.

    In a csv, a cell that a spreadsheet could take for a formula has an apostrophe before it.
    """
    from service.store.export import Wanted, lines, table

    wanted = Wanted(since and since.date(), until and until.date(), publisher, with_text)
    with opened_store() as (database, _), database.read() as connection:
        for line in (lines if form == "jsonl" else table)(connection, wanted):
            click.echo(line.encode(), nl=False)


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--without-secret", is_flag=True, help="Write the store only.")
def backup_(file: Path, without_secret: bool) -> None:
    """Copy the embedded store to FILE, and its secret to FILE.secret, while it is served.

    Whoever has both can tell whether a given text was scored here: keep them apart.
    """
    from service.store.backup import backup, secret_beside

    with _database() as database, _refusals():
        backup(database, file, not without_secret)
    click.echo(f"Saved to {file}." if without_secret else f"Saved to {file} and {secret_beside(file)}.")


@db.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_(file: Path) -> None:
    """Put the backup in FILE in the place of the embedded store; the server must not run.

    What was deleted after the backup is there again: slantwise audit of the old store names it.
    """
    from service.store.backup import restore

    with _database() as database, _refusals():
        kept = restore(database, file)
    click.echo(f"Restored. {f'The store before is kept as {kept}.' if kept else ''}".strip())


@contextmanager
def _refusals() -> Iterator[None]:
    from service.store.files import BackupRefused

    try:
        yield
    except BackupRefused as error:
        raise click.ClickException(f"{error}.") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from None


@contextmanager
def _database() -> "Iterator[Database]":
    from models.home import slantwise_home
    from service.settings import BadSetting, settings_from
    from service.store.database import StoreUnusable, database_at

    try:
        with closing(database_at(settings_from().database_url, slantwise_home())) as database:
            yield database
    except (BadSetting, StoreUnusable) as error:
        raise click.ClickException(str(error)) from None
