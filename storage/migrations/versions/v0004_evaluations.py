"""Ratings: numbers for submitted sheets, findings and results; drafts of ratings under way."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "paper_numbers",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_paper_numbers_unit_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_paper_numbers")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paper_numbers_unit_id", "paper_numbers", ["unit_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("rubric", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_drafts_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "rubric", "side", "person", name=op.f("pk_drafts")),
    )
