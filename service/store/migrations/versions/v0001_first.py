"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("object", sa.String(length=100), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=False),
        sa.Column("story_id", sa.String(length=26), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(length=64), nullable=True),
        sa.Column("publisher", sa.String(length=200), nullable=True),
        sa.Column("published_at", sa.String(length=40), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("html", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("identity", name=op.f("uq_documents_identity")),
    )
    op.create_index(op.f("ix_documents_day"), "documents", ["day"], unique=False)
    op.create_index(op.f("ix_documents_keep_until"), "documents", ["keep_until"], unique=False)
    op.create_index(op.f("ix_documents_publisher"), "documents", ["publisher"], unique=False)
    op.create_index(op.f("ix_documents_story_id"), "documents", ["story_id"], unique=False)
    op.create_table(
        "followed",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("barred", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followed")),
        sa.UniqueConstraint("name", name=op.f("uq_followed_name")),
    )
    op.create_table(
        "install",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_install")),
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_keys_digest")),
    )
    op.create_table(
        "rollups",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.String(length=8), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=33), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("squares", sa.BigInteger(), nullable=False),
        sa.Column("advocacy", sa.BigInteger(), nullable=False),
        sa.Column("framed", sa.BigInteger(), nullable=False),
        sa.Column("unframed_language", sa.BigInteger(), nullable=False),
        sa.Column("unframed_too_short", sa.BigInteger(), nullable=False),
        sa.Column("unframed_not_prose", sa.BigInteger(), nullable=False),
        sa.Column("unframed_uncertain", sa.BigInteger(), nullable=False),
        sa.Column("unframed_unlike_training", sa.BigInteger(), nullable=False),
        sa.Column("why_language", sa.BigInteger(), nullable=False),
        sa.Column("why_too_short", sa.BigInteger(), nullable=False),
        sa.Column("why_not_prose", sa.BigInteger(), nullable=False),
        sa.Column("why_uncertain", sa.BigInteger(), nullable=False),
        sa.Column("why_unlike_training", sa.BigInteger(), nullable=False),
        sa.Column("documents_0", sa.BigInteger(), nullable=False),
        sa.Column("answered_0", sa.BigInteger(), nullable=False),
        sa.Column("total_0", sa.BigInteger(), nullable=False),
        sa.Column("squares_0", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_0", sa.BigInteger(), nullable=False),
        sa.Column("documents_1", sa.BigInteger(), nullable=False),
        sa.Column("answered_1", sa.BigInteger(), nullable=False),
        sa.Column("total_1", sa.BigInteger(), nullable=False),
        sa.Column("squares_1", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_1", sa.BigInteger(), nullable=False),
        sa.Column("documents_2", sa.BigInteger(), nullable=False),
        sa.Column("answered_2", sa.BigInteger(), nullable=False),
        sa.Column("total_2", sa.BigInteger(), nullable=False),
        sa.Column("squares_2", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_2", sa.BigInteger(), nullable=False),
        sa.Column("documents_3", sa.BigInteger(), nullable=False),
        sa.Column("answered_3", sa.BigInteger(), nullable=False),
        sa.Column("total_3", sa.BigInteger(), nullable=False),
        sa.Column("squares_3", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_3", sa.BigInteger(), nullable=False),
        sa.Column("documents_4", sa.BigInteger(), nullable=False),
        sa.Column("answered_4", sa.BigInteger(), nullable=False),
        sa.Column("total_4", sa.BigInteger(), nullable=False),
        sa.Column("squares_4", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_4", sa.BigInteger(), nullable=False),
        sa.Column("documents_5", sa.BigInteger(), nullable=False),
        sa.Column("answered_5", sa.BigInteger(), nullable=False),
        sa.Column("total_5", sa.BigInteger(), nullable=False),
        sa.Column("squares_5", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_5", sa.BigInteger(), nullable=False),
        sa.Column("documents_6", sa.BigInteger(), nullable=False),
        sa.Column("answered_6", sa.BigInteger(), nullable=False),
        sa.Column("total_6", sa.BigInteger(), nullable=False),
        sa.Column("squares_6", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_6", sa.BigInteger(), nullable=False),
        sa.Column("documents_7", sa.BigInteger(), nullable=False),
        sa.Column("answered_7", sa.BigInteger(), nullable=False),
        sa.Column("total_7", sa.BigInteger(), nullable=False),
        sa.Column("squares_7", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_7", sa.BigInteger(), nullable=False),
        sa.Column("documents_8", sa.BigInteger(), nullable=False),
        sa.Column("answered_8", sa.BigInteger(), nullable=False),
        sa.Column("total_8", sa.BigInteger(), nullable=False),
        sa.Column("squares_8", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_8", sa.BigInteger(), nullable=False),
        sa.Column("documents_9", sa.BigInteger(), nullable=False),
        sa.Column("answered_9", sa.BigInteger(), nullable=False),
        sa.Column("total_9", sa.BigInteger(), nullable=False),
        sa.Column("squares_9", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_9", sa.BigInteger(), nullable=False),
        sa.Column("documents_10", sa.BigInteger(), nullable=False),
        sa.Column("answered_10", sa.BigInteger(), nullable=False),
        sa.Column("total_10", sa.BigInteger(), nullable=False),
        sa.Column("squares_10", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_10", sa.BigInteger(), nullable=False),
        sa.Column("documents_11", sa.BigInteger(), nullable=False),
        sa.Column("answered_11", sa.BigInteger(), nullable=False),
        sa.Column("total_11", sa.BigInteger(), nullable=False),
        sa.Column("squares_11", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_11", sa.BigInteger(), nullable=False),
        sa.Column("documents_12", sa.BigInteger(), nullable=False),
        sa.Column("answered_12", sa.BigInteger(), nullable=False),
        sa.Column("total_12", sa.BigInteger(), nullable=False),
        sa.Column("squares_12", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_12", sa.BigInteger(), nullable=False),
        sa.Column("documents_13", sa.BigInteger(), nullable=False),
        sa.Column("answered_13", sa.BigInteger(), nullable=False),
        sa.Column("total_13", sa.BigInteger(), nullable=False),
        sa.Column("squares_13", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_13", sa.BigInteger(), nullable=False),
        sa.Column("documents_14", sa.BigInteger(), nullable=False),
        sa.Column("answered_14", sa.BigInteger(), nullable=False),
        sa.Column("total_14", sa.BigInteger(), nullable=False),
        sa.Column("squares_14", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_14", sa.BigInteger(), nullable=False),
        sa.Column("documents_15", sa.BigInteger(), nullable=False),
        sa.Column("answered_15", sa.BigInteger(), nullable=False),
        sa.Column("total_15", sa.BigInteger(), nullable=False),
        sa.Column("squares_15", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_15", sa.BigInteger(), nullable=False),
        sa.Column("documents_16", sa.BigInteger(), nullable=False),
        sa.Column("answered_16", sa.BigInteger(), nullable=False),
        sa.Column("total_16", sa.BigInteger(), nullable=False),
        sa.Column("squares_16", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_16", sa.BigInteger(), nullable=False),
        sa.Column("documents_17", sa.BigInteger(), nullable=False),
        sa.Column("answered_17", sa.BigInteger(), nullable=False),
        sa.Column("total_17", sa.BigInteger(), nullable=False),
        sa.Column("squares_17", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_17", sa.BigInteger(), nullable=False),
        sa.Column("documents_18", sa.BigInteger(), nullable=False),
        sa.Column("answered_18", sa.BigInteger(), nullable=False),
        sa.Column("total_18", sa.BigInteger(), nullable=False),
        sa.Column("squares_18", sa.BigInteger(), nullable=False),
        sa.Column("advocacy_18", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "level", "bundle", "profile", "publisher", "start", "source", "lead", name=op.f("pk_rollups")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_rollups_empty",
        "rollups",
        ["level"],
        unique=False,
        sqlite_where=sa.text("documents = 0"),
        postgresql_where=sa.text("documents = 0"),
    )
    op.create_table(
        "scorecards",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.String(length=8), nullable=False),
        sa.Column("newest", sa.Boolean(), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("advocacy", sa.Float(), nullable=True),
        sa.Column("advocacy_label", sa.String(length=32), nullable=True),
        sa.Column("advocacy_reason", sa.String(length=32), nullable=True),
        sa.Column("source_type", sa.String(length=32), nullable=True),
        sa.Column("source_type_reason", sa.String(length=32), nullable=True),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("frames_reason", sa.String(length=32), nullable=True),
        sa.Column("scored_share", sa.Float(), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=False),
        sa.Column("names", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_scorecards_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards")),
    )
    op.create_index("ix_scorecards_by_day", "scorecards", ["bundle", "profile", "day"], unique=False)
    op.create_index(
        "ix_scorecards_by_publisher", "scorecards", ["bundle", "profile", "publisher", "day"], unique=False
    )
    op.create_index(op.f("ix_scorecards_document_id"), "scorecards", ["document_id"], unique=False)
    op.create_index(
        "ix_scorecards_filters",
        "scorecards",
        [
            "id",
            "publisher",
            "day",
            "bundle",
            "profile",
            "source_type",
            "advocacy_label",
            "frames",
            "language",
        ],
        unique=False,
    )
    op.create_table(
        "story_bands",
        sa.Column("band", sa.LargeBinary(length=8), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_story_bands_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("band", "document_id", name=op.f("pk_story_bands")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_story_bands_document_id"), "story_bands", ["document_id"], unique=False)
    op.create_table(
        "target_rollups",
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.String(length=8), nullable=False),
        sa.Column("followed_id", sa.String(length=26), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.Column("favour", sa.BigInteger(), nullable=False),
        sa.Column("neutral", sa.BigInteger(), nullable=False),
        sa.Column("against", sa.BigInteger(), nullable=False),
        sa.Column("why_language", sa.BigInteger(), nullable=False),
        sa.Column("why_too_short", sa.BigInteger(), nullable=False),
        sa.Column("why_not_prose", sa.BigInteger(), nullable=False),
        sa.Column("why_uncertain", sa.BigInteger(), nullable=False),
        sa.Column("why_unlike_training", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followed_id"], ["followed.id"], name=op.f("fk_target_rollups_followed_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "bundle", "profile", "followed_id", "publisher", "start", "lead", name=op.f("pk_target_rollups")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_target_rollups_empty",
        "target_rollups",
        ["bundle"],
        unique=False,
        sqlite_where=sa.text("documents = 0"),
        postgresql_where=sa.text("documents = 0"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("scorecard_id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=32), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("item", sa.String(length=200), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=True),
        sa.Column("rater", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_feedback_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecards.id"], name=op.f("fk_feedback_scorecard_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("claim", name=op.f("uq_feedback_claim")),
    )
    op.create_index(op.f("ix_feedback_document_id"), "feedback", ["document_id"], unique=False)
    op.create_index(op.f("ix_feedback_rater"), "feedback", ["rater"], unique=False)
    op.create_index(op.f("ix_feedback_scorecard_id"), "feedback", ["scorecard_id"], unique=False)
    op.create_index(op.f("ix_feedback_status"), "feedback", ["status"], unique=False)
    op.create_table(
        "target_scores",
        sa.Column("scorecard_id", sa.String(length=26), nullable=False),
        sa.Column("followed_id", sa.String(length=26), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("favour", sa.Float(), nullable=True),
        sa.Column("against", sa.Float(), nullable=True),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followed_id"], ["followed.id"], name=op.f("fk_target_scores_followed_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecards.id"],
            name=op.f("fk_target_scores_scorecard_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("scorecard_id", "followed_id", name=op.f("pk_target_scores")),
    )
    op.create_index(op.f("ix_target_scores_followed_id"), "target_scores", ["followed_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_target_scores_followed_id"), table_name="target_scores")
    op.drop_table("target_scores")
    op.drop_index(op.f("ix_feedback_status"), table_name="feedback")
    op.drop_index(op.f("ix_feedback_scorecard_id"), table_name="feedback")
    op.drop_index(op.f("ix_feedback_rater"), table_name="feedback")
    op.drop_index(op.f("ix_feedback_document_id"), table_name="feedback")
    op.drop_table("feedback")
    op.drop_index(
        "ix_target_rollups_empty",
        table_name="target_rollups",
        sqlite_where=sa.text("documents = 0"),
        postgresql_where=sa.text("documents = 0"),
    )
    op.drop_table("target_rollups")
    op.drop_index(op.f("ix_story_bands_document_id"), table_name="story_bands")
    op.drop_table("story_bands")
    op.drop_index("ix_scorecards_filters", table_name="scorecards")
    op.drop_index(op.f("ix_scorecards_document_id"), table_name="scorecards")
    op.drop_index("ix_scorecards_by_publisher", table_name="scorecards")
    op.drop_index("ix_scorecards_by_day", table_name="scorecards")
    op.drop_table("scorecards")
    op.drop_index(
        "ix_rollups_empty",
        table_name="rollups",
        sqlite_where=sa.text("documents = 0"),
        postgresql_where=sa.text("documents = 0"),
    )
    op.drop_table("rollups")
    op.drop_table("keys")
    op.drop_table("install")
    op.drop_table("followed")
    op.drop_index(op.f("ix_documents_story_id"), table_name="documents")
    op.drop_index(op.f("ix_documents_publisher"), table_name="documents")
    op.drop_index(op.f("ix_documents_keep_until"), table_name="documents")
    op.drop_index(op.f("ix_documents_day"), table_name="documents")
    op.drop_table("documents")
    op.drop_index(op.f("ix_audit_at"), table_name="audit")
    op.drop_table("audit")
