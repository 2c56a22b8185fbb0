"""Channels: where announcements go, and those on their way.

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

from pulse.db import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("host", sa.String(length=262), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("former_secret", sa.LargeBinary(), nullable=True),
        sa.Column("former_until", UtcDateTime(), nullable=True),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("off_because", sa.String(length=12), nullable=True),
        sa.Column("failing_since", UtcDateTime(), nullable=True),
        sa.Column("last_outcome", sa.String(length=12), nullable=True),
        sa.Column("last_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('slack', 'teams', 'standard')", name=op.f("ck_hook_known_kind")
        ),
        sa.CheckConstraint(
            "kind != 'standard' OR secret IS NOT NULL", name=op.f("ck_hook_programs_verify")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook")),
        sa.UniqueConstraint("place", name=op.f("uq_hook_place")),
    )
    op.create_table(
        "hook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("happened_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'taken', 'given up', 'dropped')",
            name=op.f("ck_hook_delivery_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["hook_id"], ["hook.id"], name=op.f("fk_hook_delivery_hook_id_hook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_delivery")),
        sa.UniqueConstraint(
            "hook_id", "event", "subject", name=op.f("uq_hook_delivery_hook_id_event_subject")
        ),
    )
    op.create_index(
        op.f("ix_hook_delivery_state_hook_delivery_due_at"),
        "hook_delivery",
        ["state", "due_at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_hook_delivery_state_hook_delivery_due_at"), table_name="hook_delivery")
    op.drop_table("hook_delivery")
    op.drop_table("hook")
