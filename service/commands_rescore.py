"""``slantwise rescore``: kept texts through another bundle."""

import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from models.request import PROFILES, Profile
from service.opened import opened_store

if TYPE_CHECKING:
    from service.loading import TextScorer
    from service.settings import Settings

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--bundle", metavar="VERSION", help="The bundle that scores; absent: the one in use.")
@click.option("--profile", type=click.Choice(PROFILES), default="accurate", show_default=True)
@click.option("--from", "since", type=DAY, help="First day of the texts.")
@click.option("--to", "until", type=DAY, help="Last day of the texts.")
@click.pass_context
def rescore(
    ctx: click.Context, bundle: str | None, profile: Profile, since: datetime | None, until: datetime | None
) -> None:
    """Score the texts that are kept and have no scorecard of this bundle and profile yet.

    Only texts that were kept (store=text) and are not past their age can be scored again; none is kept
    longer for it. A run that broke off goes on where it was. A page is scored as the text found in it.
    """
    from service.store.rescore import Rescoring

    with opened_store() as (database, settings):
        days = (since and since.date(), until and until.date())
        run = Rescoring(database, _scorer(settings, bundle), profile, *days)
        done: Counter[str] = Counter()
        with click.progressbar(run.run(), run.count(), show_pos=True, file=sys.stderr) as bar:
            done.update(bar)
    version = run.scorer.bundle.version
    click.echo(f"{done['scored']} texts were scored with {version}, {done['failed']} could not be.")
    ctx.exit(1 if done["failed"] else 0)


def _scorer(settings: "Settings", version: str | None) -> "TextScorer":
    from models.bundle_files import BundleRejected
    from models.pointer import bundle_folder
    from service import loading

    try:
        chosen = replace(settings, bundle=str(bundle_folder(version))) if version else settings
        return loading.load_scorer(chosen)
    except (BundleRejected, loading.BundleUnusable) as error:
        raise click.ClickException(str(error)) from None
