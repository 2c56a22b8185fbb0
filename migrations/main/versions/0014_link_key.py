"""The key from which the links of a wave are worked out, encrypted.

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_key",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_link_key_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_link_key")),
    )


def downgrade() -> None:
    op.drop_table("link_key")
