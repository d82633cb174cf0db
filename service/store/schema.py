"""The tables. Numbers and offsets live in scorecards; text, only where it was asked for, in documents.

What may be filtered or grouped by is a column of its own; the rest of a scorecard is one compressed
column. Times are UTC, ids are ULIDs, so that their order is the order of time.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
)  # fmt: skip

from models.labels import NOT_SCORABLE, POLICY_FRAMES, STANCES, STORY_FRAMES, UNCERTAIN

NAMES: Final = {
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s",
}  # fmt: skip
metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A time in UTC; SQLite forgets the zone and PostgreSQL answers in its own, so it is put right."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone, bring others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC, with its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _id(name: str = "id", **more: Any) -> Column[str]:
    return Column(name, String(26), **more)


def _of(table: str, name: str, **more: Any) -> Column[str]:
    return Column(name, String(26), ForeignKey(f"{table}.id", ondelete="CASCADE"), **more)


#: One row a text of a publisher. ``identity`` is a keyed hash of publisher, title and text; ``story_id``
#: is the first document of its near-duplicates, ``lead`` says that it is this one; ``sketch`` holds two
#: bytes of the keyed hash of each of its MinHash bands, by which they are told. ``text``, ``title`` and
#: ``url`` are null unless the text was asked to be kept, and become null again after ``keep_until``.
documents = Table(
    "documents", metadata, _id(primary_key=True),
    Column("identity", LargeBinary(32), nullable=False, unique=True),
    Column("story_id", String(26), nullable=False, index=True),
    Column("lead", Boolean, nullable=False),
    Column("sketch", LargeBinary(64)),
    Column("publisher", String(200), index=True),
    Column("published_at", String(40)),
    Column("day", Date, nullable=False, index=True),
    Column("language", String(8)),
    Column("words", Integer, nullable=False),
    Column("html", Boolean, nullable=False),
    Column("text", Text), Column("title", Text), Column("url", Text),
    Column("keep_until", Moment, index=True),
    Column("created_at", Moment, nullable=False),
)  # fmt: skip

#: Keyed hashes of some of a text's MinHash bands, by which its near-duplicates are looked for. Eight bytes
#: are enough: what is found is compared by its sketch.
story_bands = Table(
    "story_bands", metadata,
    Column("band", LargeBinary(8), primary_key=True),
    _of("documents", "document_id", primary_key=True, index=True),
    sqlite_with_rowid=False,
)  # fmt: skip

#: One row an answer. ``newest`` marks the last one of its document, bundle and profile: only those are
#: counted in aggregates. ``frames`` has bit i set where frame i of models/labels.py is present. ``card``
#: is the rest of the scorecard (numbers and offsets), compressed; ``names`` holds target names and
#: warnings as JSON where the text is kept, else null.
scorecards = Table(
    "scorecards", metadata, _id(primary_key=True),
    _of("documents", "document_id", nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("bundle", String(64), nullable=False),
    Column("profile", String(8), nullable=False),
    Column("newest", Boolean, nullable=False),
    Column("publisher", String(200)), Column("day", Date, nullable=False),
    Column("language", String(8)),
    Column("lead", Boolean, nullable=False),
    Column("advocacy", Float), Column("advocacy_label", String(32)), Column("advocacy_reason", String(32)),
    Column("source_type", String(32)), Column("source_type_reason", String(32)),
    Column("frames", Integer, nullable=False),
    Column("frames_reason", String(32)),
    Column("scored_share", Float, nullable=False),
    Column("card", LargeBinary, nullable=False),
    Column("names", Text),
    Index("ix_scorecards_by_day", "bundle", "profile", "day"),
    # How scores are spread is counted in this index alone, in the order of the scores: no row is read.
    Index("ix_scorecards_spread", "bundle", "profile", "advocacy", "day", "newest", "lead", "advocacy_label",
          "publisher", "source_type", "frames"),
    Index("ix_scorecards_by_publisher", "bundle", "profile", "publisher", "day"),
    # Whatever a list is filtered by stands in one narrow index: no card is read to leave it out.
    Index("ix_scorecards_filters", "id", "publisher", "day", "bundle", "profile", "source_type",
          "advocacy_label", "frames", "language"),
)  # fmt: skip

#: Names that an analyst added to the list: only these are followed over time.
followed = Table(
    "followed", metadata, _id(primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("barred", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(26)),
)  # fmt: skip

target_scores = Table(
    "target_scores", metadata,
    _of("scorecards", "scorecard_id", primary_key=True),
    _of("followed", "followed_id", primary_key=True, index=True),
    Column("label", String(16)), Column("reason", String(32)),
    Column("favour", Float), Column("against", Float), Column("mentions", Integer, nullable=False),
)  # fmt: skip

#: Why a head gave no label; what else a scorecard says is counted as none of these.
REASONS: Final = (*NOT_SCORABLE, *UNCERTAIN)
#: Scorecards, those with an advocacy label, the sums of their scores and of the squares (in millionths),
#: and those labelled advocacy.
MEASURES: Final = ("documents", "answered", "total", "squares", "advocacy")
#: The measures, scorecards with and without frames by reason, advocacy's abstentions by reason, and the
#: measures again for those where frame i is present.
COUNTERS: Final = (
    *MEASURES, "framed",
    *(f"unframed_{reason}" for reason in REASONS), *(f"why_{reason}" for reason in REASONS),
    *(f"{name}_{i}" for i in range(len(POLICY_FRAMES) + len(STORY_FRAMES)) for name in MEASURES),
)  # fmt: skip


def _counters(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


#: Sums over the newest scorecards, kept as they come and go, so that aggregates need not read them. What
#: the cells of a ``level`` stand for is told in counting.py; ``source`` is a label, ``!`` and the reason
#: for which there is none, or empty where all are counted; ``publisher`` is empty for all, or for none.
rollups = Table(
    "rollups", metadata,
    Column("level", SmallInteger, primary_key=True),
    Column("bundle", String(64), primary_key=True), Column("profile", String(8), primary_key=True),
    Column("publisher", String(200), primary_key=True), Column("start", Date, primary_key=True),
    Column("source", String(33), primary_key=True), Column("lead", Boolean, primary_key=True),
    *_counters(*COUNTERS),
    sqlite_with_rowid=False,
)  # fmt: skip
Index("ix_rollups_empty", rollups.c.level, sqlite_where=literal_column("documents = 0"),
      postgresql_where=literal_column("documents = 0"))  # fmt: skip

#: The same for the stance towards followed names.
target_rollups = Table(
    "target_rollups", metadata,
    Column("bundle", String(64), primary_key=True), Column("profile", String(8), primary_key=True),
    _of("followed", "followed_id", primary_key=True),
    Column("publisher", String(200), primary_key=True), Column("start", Date, primary_key=True),
    Column("lead", Boolean, primary_key=True),
    *_counters("documents", *STANCES, *(f"why_{reason}" for reason in REASONS)),
    sqlite_with_rowid=False,
)  # fmt: skip
Index("ix_target_rollups_empty", target_rollups.c.bundle, sqlite_where=literal_column("documents = 0"),
      postgresql_where=literal_column("documents = 0"))  # fmt: skip

#: What a person said of a score. ``rater`` is a keyed hash of the rater's pseudonym.
feedback = Table(
    "feedback", metadata, _id(primary_key=True),
    _of("scorecards", "scorecard_id", nullable=False, index=True),
    _of("documents", "document_id", nullable=False, index=True),
    Column("bundle", String(64), nullable=False),
    Column("head", String(32), nullable=False),
    Column("start", Integer), Column("end", Integer),
    Column("item", String(200)),
    Column("verdict", String(16), nullable=False),
    Column("label", String(64)),
    Column("rater", LargeBinary(32), nullable=False, index=True),
    Column("note", Text),
    Column("source", String(32), nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("why", String(64)),
    Column("created_at", Moment, nullable=False),
    Column("claim", LargeBinary(32), nullable=False),
    UniqueConstraint("claim"),
)  # fmt: skip

keys = Table(
    "keys", metadata, _id(primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("scopes", String(100), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)  # fmt: skip

#: What is true of the whole store: under ``secret`` a digest that only the right secret can make.
install = Table(
    "install",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", LargeBinary(32), nullable=False),
)

#: Who did what to what, without text: deletions, publishing, rolling back, keys.
audit = Table(
    "audit", metadata, _id(primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", String(32), nullable=False),
    Column("action", String(32), nullable=False),
    Column("object", String(100)),
    Column("outcome", String(32), nullable=False),
)  # fmt: skip
