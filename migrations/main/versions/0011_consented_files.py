"""Files of people who agreed to be counted one by one, and what was counted of them.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

from pulse.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consented_study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("upload", sa.Text(), nullable=True),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.Column("libraries", sa.JSON(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "upload IS NULL OR (body IS NULL AND problem IS NULL AND counted_at IS NULL)",
            name=op.f("ck_consented_study_file_gone_once_counted"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consented_study")),
    )


def downgrade() -> None:
    op.drop_table("consented_study")
