"""Studies of turnover that were asked for, and the policy under which each was made.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

from pulse.db import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("churn_result", sa.Column("policy", sa.JSON(), nullable=True))
    op.create_table(
        "churn_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_churn_order")),
    )


def downgrade() -> None:
    op.drop_table("churn_order")
    op.drop_column("churn_result", "policy")
