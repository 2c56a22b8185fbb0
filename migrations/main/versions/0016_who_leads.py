"""Who leads among the workers, and how many have started, in steps.

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

from pulse.db import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker_lease",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("renewed_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("clock_jump", sa.Integer(), nullable=True),
        sa.Column("ticks", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.CheckConstraint("epoch >= 0", name=op.f("ck_worker_lease_epoch_from_zero")),
        sa.CheckConstraint("failures <= ticks", name=op.f("ck_worker_lease_failures_are_ticks")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_lease")),
    )
    op.create_table(
        "started_step",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.CheckConstraint("shown >= 0", name=op.f("ck_started_step_shown_from_zero")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_started_step_wave_id_wave")
        ),
        sa.PrimaryKeyConstraint("wave_id", "label", name=op.f("pk_started_step")),
    )


def downgrade() -> None:
    op.drop_table("started_step")
    op.drop_table("worker_lease")
