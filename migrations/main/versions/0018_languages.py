"""The language of a survey, and what HR wrote of it in others.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "survey",
        sa.Column("language", sa.String(length=8), server_default="en", nullable=False),
    )
    op.add_column("survey", sa.Column("translations", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("survey", "translations")
    op.drop_column("survey", "language")
