"""Since when held: the moment from which a wave has waited for its release.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The next tick of the worker says anew what a wave waits for, and begins its time of grace.
    # Without rows, SQLite takes a column that must be filled and has no default.
    op.execute("DELETE FROM count_hold")
    op.add_column("count_hold", sa.Column("since", sa.DateTime(), nullable=False))


def downgrade() -> None:
    op.drop_column("count_hold", "since")
