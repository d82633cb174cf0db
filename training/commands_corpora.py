"""``slantwise corpora``: list, fetch, verify and count the corpora."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from training.corpora import Card, UnknownCorpusError, chosen_cards
from training.verify import corpora_home, is_present, verify

Command = Callable[..., Any]


@click.group()
def corpora() -> None:
    """List, fetch, verify and count the corpora.

    They lie in SLANTWISE_CORPORA, or in the user's cache where that is not set.
    """


def _with_names(command: Command) -> Command:
    return click.argument("names", nargs=-1)(command)


def _cards(names: Sequence[str]) -> list[Card]:
    try:
        return chosen_cards(names)
    except UnknownCorpusError as error:
        raise click.UsageError(str(error)) from error


@corpora.command("list")
def list_() -> None:
    """Show every corpus: name, what for, how to get it, licence tier, whether it is here."""
    home = corpora_home()
    click.echo(f"{'name':26} {'availability':12} {'tier':10} {'here':5} tasks")
    for card in chosen_cards():
        here = "yes" if is_present(card, home) else "no"
        tasks = ", ".join(card.tasks) or "-"
        click.echo(f"{card.name:26} {card.availability:12} {card.tier:10} {here:5} {tasks}")


@corpora.command("fetch")
@_with_names
def fetch_(names: tuple[str, ...]) -> None:
    """Fetch the named corpora, or all that have a public address; what is here and right stays."""
    home = corpora_home()
    failed = [card.name for card in _cards(names) if not _fetch_one(card, home)]
    if failed:
        raise click.ClickException(f"not fetched: {', '.join(failed)}")


def _fetch_one(card: Card, home: Path) -> bool:
    from training.fetch import NotFetchableError, fetch

    if card.availability == "register":
        click.echo(f"{card.name}: register at {card.page} and put the files into {home / card.name}")
        return True
    try:
        fetched = fetch(card, home)
    except NotFetchableError:
        click.echo(f"{card.name}: {card.availability}, only verified here; nothing to fetch")
        return True
    except OSError as error:
        click.echo(f"{card.name}: {error}", err=True)
        return False
    click.echo(f"{card.name}: {len(fetched)} files fetched" if fetched else f"{card.name}: all here")
    return True


@corpora.command("verify")
@_with_names
def verify_(names: tuple[str, ...]) -> None:
    """Check size and sha256 of the named corpora, or of all that are here."""
    home = corpora_home()
    cards = [card for card in _cards(names) if names or (home / card.name).is_dir()]
    problems = [problem for card in cards for problem in verify(card, home)]
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(f"{len(cards)} corpora verified, {len(problems)} problems")
    if problems:
        raise click.exceptions.Exit(1)


@corpora.command()
@_with_names
def stats(names: tuple[str, ...]) -> None:
    """Count samples, groups and classes of each corpus, and near-duplicates over all."""
    from training.later import split_in_turn
    from training.readers import read_all
    from training.splits import unit_of

    try:
        samples = read_all(corpora_home(), names=names or None)
    except UnknownCorpusError as error:
        raise click.UsageError(str(error)) from error
    for corpus in sorted({sample.corpus for sample in samples}):
        mine = [sample for sample in samples if sample.corpus == corpus]
        groups = len({sample.group for sample in mine})
        click.echo(f"{corpus}: {len(mine)} samples, {groups} groups")
        counts = Counter((t, v) for s in mine for t, label in s.labels.items() for v in _classes(label))
        for (task, value), count in sorted(counts.items(), key=str):
            click.echo(f"    {task} = {value}: {count}")
    result = split_in_turn(samples)
    units = len({unit_of(sample) for sample in samples})
    click.echo(
        f"all: {len(samples)} samples of {units} publishers and groups, {result.duplicates} sets of"
        f" near-duplicates, {len(result.components)} components, {len(result.dropped)} copies dropped"
    )
    click.echo(f"folds: {dict(sorted(Counter(result.folds.values()).items()))}")


@corpora.command("publishers")
def publishers_() -> None:
    """Write what openly licensed lists say of publishers into SLANTWISE_HOME, for the dashboard.

    Facts only: kind, country, state control, owner, each with its list, licence and date. The lists are
    part of the corpus publisher-kb; its ratings of bias and credibility are not read.
    """
    from datetime import UTC, datetime

    from models.home import slantwise_home
    from training.publisher_lists import ListMissing, build

    try:
        made = build(corpora_home(), datetime.now(UTC).date())
        path = made.write(slantwise_home())
    except (ListMissing, OSError) as error:
        raise click.ClickException(str(error)) from None
    for name, source in made.sources.items():
        number = sum(one.source == name for found in made.domains.values() for one in found)
        click.echo(f"{source.title}: {number} domains, {source.licence}, {source.as_of}")
    click.echo(f"{len(made.domains)} domains written to {path}")


def _classes(label: Any) -> tuple[Any, ...]:
    return (label or ("none",)) if isinstance(label, tuple) else (label,)
