"""The ballot box: what is open, shards of ballots, spent tokens.

Revision: 0001
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "box",
        sa.Column("wave", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("verify_key", sa.LargeBinary(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("lengths", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'sealed', 'destroyed')", name=op.f("ck_box_known_state")
        ),
        sa.PrimaryKeyConstraint("wave", name=op.f("pk_box")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shard",
        sa.Column("wave", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_shard_random_id")),
        sa.PrimaryKeyConstraint("wave", "id", name=op.f("pk_shard")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent",
        sa.Column("wave", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("length(token_sha256) = 32", name=op.f("ck_spent_digest")),
        sa.PrimaryKeyConstraint("wave", "token_sha256", name=op.f("pk_spent")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("spent")
    op.drop_table("shard")
    op.drop_table("box")
