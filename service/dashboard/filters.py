"""What a page shows, read from its address, so that a view can be shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, Final

from flask import request, url_for
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection

from models.request import Profile
from service.current import desk
from service.problems import describe
from service.queries import Day, FrameName, Name, SourceTypeName
from service.queries_aggregate import MAX_NAMES
from service.store.aggregate import aggregate, kept_bundles
from service.store.answer import plain_publisher
from service.store.cells import Count, Dimension, Question
from service.store.figures import Said

#: How far back a page looks where nobody says how far.
DAYS: Final = 90
#: Publishers that a form proposes, the largest.
PROPOSED: Final = 300
_LISTS: Final = ("publisher", "add")
_Names = Annotated[list[Name], Field(max_length=MAX_NAMES)]


class _Asked(BaseModel):
    """The filters of an address; what else it holds belongs to a page."""

    model_config = ConfigDict(extra="ignore")

    publisher: _Names = []
    add: _Names = []
    since: Day | None = Field(None, alias="from")
    until: Day | None = Field(None, alias="to")
    source_type: SourceTypeName | None = None
    frame: FrameName | None = None
    bundle: Name | None = None
    profile: Profile | None = None
    count: Count = "stories"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is looked at: one bundle and profile, some days, and what else was filtered.

    ``asked`` holds what the address says of it, piece by piece; ``problems`` what could not be read.
    ``start`` and ``end`` are None where nothing is kept.
    """

    bundle: str
    profile: str
    publishers: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    source_type: str | None = None
    frame: str | None = None
    count: Count = "stories"
    asked: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.end - self.start).days + 1 if self.start and self.end else 0

    @property
    def counted(self) -> str:
        """The name under which a group of an answer tells how many texts its figures are over."""
        return "stories" if self.count == "stories" else "documents"

    def question(self, *by: Dimension, **changes: Any) -> Question:
        """Return what to ask the store for figures of this view, grouped."""
        asked = Question(
            bundle=self.bundle, profile=self.profile, by=by, publishers=self.publishers, start=self.start,
            end=self.end, source_type=self.source_type, frame=self.frame, count=self.count,
        )  # fmt: skip
        return replace(asked, **changes) if changes else asked

    def url(self, page: str | None = None, /, **changes: Any) -> str:
        """Return the address of this view on a page (by default the present one), with changes.

        Names are those of the address (``start`` may be said for ``from``); a list sets a name several
        times, None takes it out. Parameters that belong to the endpoint itself are filled in, too.
        """
        changes = {_SPELT.get(name, name): value for name, value in changes.items()}
        kept = [(name, value) for name, value in self.asked if name not in changes]
        query: dict[str, Any] = {}
        for name, value in kept:
            query.setdefault(name, []).append(value)
        if page is None:
            page, query = request.endpoint or "dashboard.overview", query | (request.view_args or {})
        return url_for(page, **query, **{name: value for name, value in changes.items() if value is not None})

    def data_url(self, name: str, **more: Any) -> str:
        """Return where the data of a chart lie as CSV, with bundle and days written out."""
        whole = {"bundle": self.bundle, "profile": self.profile, "from": self.start, "to": self.end} | more
        return self.url("dashboard.data", name=name, **whole)


_SPELT: Final = {"start": "from", "since": "from", "end": "to", "until": "to", "publishers": "publisher"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form of filters proposes."""

    kept: Sequence[Said]
    publishers: Sequence[str]

    def bundles_with(self, bundle: str) -> Sequence[str]:
        """Return the bundles of which something is kept, the newest first, and the one that is shown."""
        return sorted({bundle, *(one["bundle"] for one in self.kept)}, reverse=True)

    @property
    def profiles(self) -> Sequence[str]:
        """The profiles in which something is kept."""
        return [*dict.fromkeys(one["profile"] for one in self.kept)]


def look(connection: Connection) -> tuple[View, Choices]:
    """Read the view of the current request, and what its form may propose."""
    kept = kept_bundles(connection)
    view = view_of(request.args.to_dict(flat=False), kept, desk().scorer.bundle.version)
    most = Question(bundle=view.bundle, profile=view.profile, by=("publisher",), top=PROPOSED)
    found = aggregate(connection, most)
    names = {group["publisher"] for group in (*found.groups, *found.withheld)} - {None}
    return view, Choices(kept, sorted(names))


def view_of(given: Mapping[str, Sequence[str]], kept: Sequence[Said], in_use: str) -> View:
    """Make a view of an address; what cannot be read is said and left out, never an error.

    By default the bundle in use, or else the newest of which anything is kept, its last ``DAYS`` days.
    """
    asked, problems = _read(given)
    bundle, profile = _subject(asked, kept, in_use)
    named = dict.fromkeys(plain_publisher(name) or "" for name in asked.publisher)
    added = dict.fromkeys(plain for name in asked.add if (plain := plain_publisher(name)))
    publishers = (*{**named, **added},)[:MAX_NAMES]
    start, end = _days(asked, kept, bundle, profile)
    if start and end and start > end:
        problems.append("from is after to: the days are left out")
        start, end = _days(asked.model_copy(update={"since": None, "until": None}), kept, bundle, profile)
    return View(
        bundle=bundle, profile=profile, publishers=publishers, start=start, end=end,
        source_type=asked.source_type, frame=asked.frame, count=asked.count,
        asked=_spelt_out(asked, publishers), problems=tuple(problems),
    )  # fmt: skip


def _read(given: Mapping[str, Sequence[str]]) -> tuple[_Asked, list[str]]:
    """Read what can be read, and say what cannot."""
    fields: dict[str, Any] = {
        name: list(values) if name in _LISTS else values[-1]
        for name, values in given.items()
        if name == "publisher" or any(values)  # a form sends what was left empty
    }
    try:
        return _Asked.model_validate(fields), []
    except ValidationError as error:
        wrong = describe(error).errors or {}
        bad = {name.partition(".")[0] for name in wrong}
        sound = {name: value for name, value in fields.items() if name not in bad}
        return _Asked.model_validate(sound), [f"{name}: {', '.join(said)}" for name, said in wrong.items()]


def _subject(asked: _Asked, kept: Sequence[Said], in_use: str) -> tuple[str, str]:
    """Choose bundle and profile: those asked for, else in use, else the newest of which there are texts."""
    fit = [one for one in kept if asked.bundle in (None, one["bundle"])]
    fit = [one for one in fit if asked.profile in (None, one["profile"])]
    best = max(fit, key=lambda one: (one["bundle"] == in_use, one["to"], one["documents"]), default=None)
    if best is None:
        return asked.bundle or in_use, asked.profile or "accurate"
    return best["bundle"], best["profile"]


def _days(asked: _Asked, kept: Sequence[Said], bundle: str, profile: str) -> tuple[date | None, date | None]:
    """Return the days asked for; without them the last ones on which there are texts."""
    mine = [one for one in kept if (one["bundle"], one["profile"]) == (bundle, profile)]
    last = max((date.fromisoformat(one["to"]) for one in mine), default=None)
    end = asked.until or last
    if asked.since or end is None:
        return asked.since, end
    first = min((date.fromisoformat(one["from"]) for one in mine), default=end)
    back = min(DAYS - 1, (end - date.min).days)
    return min(max(first, end - timedelta(back)), end), end


def _spelt_out(asked: _Asked, publishers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return what was asked for as an address says it."""
    said = asked.model_dump(by_alias=True, exclude={"publisher", "add"}, exclude_none=True, mode="json")
    if asked.count == "stories":
        del said["count"]
    return (*(("publisher", name) for name in publishers), *said.items())
