"""Units that move under another parent on a day."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "moves",
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_moves_unit_id")),
        sa.ForeignKeyConstraint(["parent"], ["units.id"], name=op.f("fk_moves_parent")),
        sa.ForeignKeyConstraint(["previous"], ["units.id"], name=op.f("fk_moves_previous")),
        sa.PrimaryKeyConstraint("unit_id", "since", name=op.f("pk_moves")),
    )
