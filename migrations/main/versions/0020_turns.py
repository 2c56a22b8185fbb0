"""Surveys whose staff and questions take turns.

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("survey", sa.Column("parts", sa.Integer(), server_default="1", nullable=False))
    op.add_column(
        "survey", sa.Column("rotating_per_wave", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "survey_question",
        sa.Column("rotates", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("wave", sa.Column("asked", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("wave", sa.Column("part", sa.Integer(), nullable=True))
    op.add_column("wave", sa.Column("parts", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("parts", "part", "asked"):
        op.drop_column("wave", name)
    op.drop_column("survey_question", "rotates")
    op.drop_column("survey", "rotating_per_wave")
    op.drop_column("survey", "parts")
