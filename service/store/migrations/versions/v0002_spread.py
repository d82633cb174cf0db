"""An index in which the spread of scores is counted without reading a row."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = ["bundle", "profile", "advocacy", "day", "newest", "lead", "advocacy_label", "publisher",
           "source_type", "frames"]  # fmt: skip


def upgrade() -> None:
    """Make it."""
    op.create_index("ix_scorecards_spread", "scorecards", COLUMNS, unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_scorecards_spread", table_name="scorecards")
