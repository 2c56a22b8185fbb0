"""Blind issuing: what was signed for an invitation, and signing keys that are encrypted.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "invitation", sa.Column("blinded_sha256", sa.LargeBinary(length=32), nullable=True)
    )
    op.add_column(
        "invitation", sa.Column("replaced", sa.Integer(), nullable=False, server_default="0")
    )
    # The keys of the former version are of no use to this one, and it refuses open waves.
    op.drop_table("issuer_key")
    _make_issuer_key(sa.Column("wrapped", sa.LargeBinary(), nullable=False))


def downgrade() -> None:
    op.drop_table("issuer_key")
    _make_issuer_key(
        sa.Column("signing_key", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("length(signing_key) = 32", name=op.f("ck_issuer_key_whole_key")),
    )
    op.drop_column("invitation", "replaced")
    op.drop_column("invitation", "blinded_sha256")


def _make_issuer_key(*parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        "issuer_key",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_issuer_key_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_issuer_key")),
    )
