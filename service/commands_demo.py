"""``slantwise demo``: invented articles, so that a newcomer sees each page alive."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from models.request import PROFILES, Profile
from service.opened import opened_store

if TYPE_CHECKING:
    from service.demo.filling import Filling
    from service.settings import Settings
    from service.store.database import Database


@click.command()
@click.option("--profile", type=click.Choice(PROFILES), default="accurate", show_default=True)
@click.option("--mix", is_flag=True, help="Put it beside other texts, too.")
@click.option("--remove", is_flag=True, help="Take it out again, with the feedback that was given on it.")
def demo(profile: Profile, mix: bool, remove: bool) -> None:
    """Fill the store with about 300 invented articles of invented outlets over three months.

    They were written for this and tell of a tidal barrage, a flood, a newspaper that is sold and a
    referendum; scored by the bundle in use, they show what the dashboard is for. What is there already is
    left as it is, so a run that broke off goes on where it was.
    """
    from models.home import slantwise_home
    from service.demo.filling import DemoRefused, alone

    try:
        with opened_store() as (database, settings), alone(slantwise_home()):
            _remove(database) if remove else _fill(database, settings, profile, mix)
    except DemoRefused as error:
        raise click.ClickException(str(error)) from None


def _remove(database: "Database") -> None:
    from service.demo import filling

    click.echo(f"{filling.remove(database, 'cli')} articles of the demo were removed.")


def _fill(database: "Database", settings: "Settings", profile: Profile, mix: bool) -> None:
    from service.demo.outlets import DOMAINS
    from service.store.samples import holds_others

    with database.read() as connection:
        others = holds_others(connection, DOMAINS)
    if others and not mix:
        raise click.ClickException(
            "The store holds other texts, and the demo would count with them. --mix puts it beside them; "
            "a store of its own: SLANTWISE_HOME=some/other/folder slantwise demo"
        )
    run = _filling(database, settings, profile)
    missing = len(run.missing())
    with click.progressbar(
        run.run(datetime.now(UTC).date(), "cli"), missing, "Scoring", show_pos=True, file=sys.stderr
    ) as bar:
        done = sum(1 for _ in bar)
    kept = "with their texts" if run.mode == "text" else "without their texts, as this server is set"
    click.echo(
        f"{done} articles were scored with {run.scorer.bundle.version} and kept {kept}."
        if done
        else "The demo is in the store already."
    )
    click.echo("Look at it: slantwise serve, then http://127.0.0.1:8000/dashboard/")
    click.echo("Take it out again: slantwise demo --remove")


def _filling(database: "Database", settings: "Settings", profile: Profile) -> "Filling":
    from service.demo.filling import Filling, mode_of
    from service.loading import BundleUnusable, load_scorer
    from service.store.keeping import Store

    mode = mode_of(settings)
    try:
        scorer = load_scorer(settings)
    except BundleUnusable as error:
        raise click.ClickException(str(error)) from None
    return Filling(Store(database, settings.text_retention_days), scorer, profile, mode)
