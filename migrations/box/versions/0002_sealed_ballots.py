"""Sealed ballots: the digest of the manifest beside each box, and when it was last mixed.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_HELD = "SELECT count(*) FROM box WHERE state <> 'destroyed'"


def upgrade() -> None:
    _refuse_held()
    op.add_column("box", sa.Column("manifest_sha256", sa.LargeBinary(length=32), nullable=True))
    op.add_column("box", sa.Column("mixed", sa.Integer(), nullable=True))


def downgrade() -> None:
    _refuse_held()
    op.drop_column("box", "mixed")
    op.drop_column("box", "manifest_sha256")


def _refuse_held() -> None:
    """Refuse while ballots are held: those of one version cannot be counted by the other."""
    if op.get_bind().scalar(sa.text(_HELD)):
        message = "release every open or closed wave first, with the version that opened it"
        raise RuntimeError(message)
