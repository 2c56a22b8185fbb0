"""Steps asked for: what HR wishes of a wave by hand, and why the worker could not do it.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wave", sa.Column("asked_for", sa.String(length=16), nullable=True))
    op.add_column("wave", sa.Column("trouble", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("wave", "trouble")
    op.drop_column("wave", "asked_for")
