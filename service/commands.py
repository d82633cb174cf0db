"""The commands of the service: ``slantwise serve`` and ``slantwise score``."""

from collections.abc import Callable
from typing import Any

import click

from models.request import PROFILES
from service.settings import STORES, BadSetting, Settings, settings_from, table

Command = Callable[..., Any]
FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


def _each_setting(command: Command) -> Command:
    """Give a command one option for each setting; what is not given comes from the environment."""
    for row in reversed(table()):
        option = f"--{row.name.replace('_', '-')}"
        help_text = f"{row.help} [{row.variable}; {row.default!r}]"
        if isinstance(row.default, bool):
            command = click.option(option, row.name, flag_value="1", help=help_text)(command)
        else:
            command = click.option(option, row.name, metavar="VALUE", help=help_text)(command)
    return command


def _settings(given: dict[str, str | None]) -> Settings:
    import os

    named = {row.variable: given[row.name] for row in table() if given.get(row.name) is not None}
    os.environ.update({name: value for name, value in named.items() if value is not None})
    try:
        return settings_from(os.environ)
    except BadSetting as error:
        raise click.ClickException(str(error)) from None


@click.command()
@_each_setting
def serve(**given: str | None) -> None:
    """Answer requests over HTTP, on this machine only unless --host says otherwise.

    Each option can be set by the environment variable that stands behind it, too.
    """
    settings = _settings(given)
    from service.loading import BundleUnusable
    from service.server import CannotServe, run

    try:
        run(settings)
    except (CannotServe, BundleUnusable) as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--profile", type=click.Choice(PROFILES), default="accurate", show_default=True,
              help="What to use where a request does not say.")  # fmt: skip
@click.option(
    "--store",
    type=click.Choice(STORES),
    default="none",
    show_default=True,
    help="What to keep where a request does not say; an answer that was kept has an id.",
)
@click.option("--text-column", metavar="NAME", help="The column of a csv that holds the text.")
@click.pass_context
def score(
    ctx: click.Context, files: tuple[str, ...], profile: str, store: str, text_column: str | None
) -> None:
    """Score FILES (txt, html, jsonl, csv; - is standard input) with the code that answers HTTP.

    Writes one scorecard a line; for a csv, the csv with score columns. Lines of a jsonl file, or of
    standard input where it starts with {, are requests as the API takes them. There is no limit on
    length. A request that fails gives a problem object in its place, and exit status 1 at the end.
    """
    from service.loading import BundleUnusable
    from service.scorefiles import ScoreRun

    tables = [name for name in files if name.lower().endswith(".csv")]
    if tables and (len(files) > 1 or not text_column):
        raise click.UsageError("A csv is scored alone, and needs --text-column.")
    try:
        run = ScoreRun(_settings({}), profile, store)
    except BundleUnusable as error:
        raise click.ClickException(str(error)) from None
    if text_column and tables:
        run.table(tables[0], text_column)
    else:
        run.files(files)
    ctx.exit(1 if run.failures else 0)
