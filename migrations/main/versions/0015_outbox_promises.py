"""Messages that are written when they are sent, and what becomes of addresses that refuse them.

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from pulse.db import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATES = (
    "state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'bounced', 'suppressed', "
    "'withdrawn')"
)
_FORMER = "state IN ('queued', 'sending', 'sent', 'failed', 'unknown')"
_PENDING = sa.text("state IN ('queued', 'sending')")
_EMPTY = "state IN ('queued', 'sending') OR length(mime) = 0"
_EMPTIED = "ck_outbox_message_emptied_at_the_end"
_KNOWN = "ck_outbox_message_known_state"
_DUE = "ix_outbox_message_state_outbox_message_due_at"
_PENDING_INDEX = "ix_outbox_message_pending"
_FLAGS = ("urgent", "at_most_once", "selective")


def upgrade() -> None:
    with op.batch_alter_table("outbox_message") as batch_op:
        _drop_checks(batch_op)
        batch_op.alter_column(
            "state", existing_type=sa.String(length=8), type_=sa.String(length=10)
        )
        batch_op.add_column(
            sa.Column("domain", sa.String(254), server_default=sa.text("''"), nullable=False)
        )
        for name in _FLAGS:
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            )
        batch_op.create_check_constraint(op.f(_KNOWN), _STATES)
        batch_op.create_check_constraint(op.f(_EMPTIED), _EMPTY)
        batch_op.drop_index(op.f(_DUE))
        batch_op.create_index(op.f("ix_outbox_message_message_id"), ["message_id"])
    op.create_index(
        _PENDING_INDEX,
        "outbox_message",
        ["urgent", "due_at", "id"],
        postgresql_where=_PENDING,
        sqlite_where=_PENDING,
    )
    op.execute(_fill())
    op.create_table(
        "suppressed_address",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "source IN ('refused', 'bounced')", name=op.f("ck_suppressed_address_known_source")
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_suppressed_address")),
    )
    op.create_table(
        "outbox_domain",
        sa.Column("domain", sa.String(length=254), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_outbox_domain")),
    )
    op.create_table(
        "outbox_pause",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_outbox_pause")),
    )


def downgrade() -> None:
    for table in ("outbox_pause", "outbox_domain", "suppressed_address"):
        op.drop_table(table)
    op.drop_index(_PENDING_INDEX, "outbox_message")
    op.execute(_give_up())
    with op.batch_alter_table("outbox_message") as batch_op:
        batch_op.drop_index(op.f("ix_outbox_message_message_id"))
        _drop_checks(batch_op)
        for name in (*_FLAGS, "domain"):
            batch_op.drop_column(name)
        batch_op.alter_column(
            "state", existing_type=sa.String(length=10), type_=sa.String(length=8)
        )
        batch_op.create_check_constraint(op.f(_KNOWN), _FORMER)
        batch_op.create_check_constraint(op.f(_EMPTIED), _EMPTY)
        batch_op.create_index(op.f(_DUE), ["state", "due_at"])


def _fill() -> sa.Update:
    table = sa.table(
        "outbox_message", *map(sa.column, ("domain", "urgent", "to_address", "wave_id"))
    )
    address = table.c.to_address
    if op.get_bind().dialect.name == "postgresql":
        domain = sa.func.split_part(address, "@", 2)
    else:
        domain = sa.func.substr(address, sa.func.instr(address, "@") + 1)
    return sa.update(table).values(domain=sa.func.lower(domain), urgent=table.c.wave_id.is_(None))


def _drop_checks(batch_op: BatchOperations) -> None:
    """Drop both: PostgreSQL keeps the type of the column in what a check says."""
    for name in (_KNOWN, _EMPTIED):
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(op.f(name), "outbox_message", type_="check", if_exists=True)
        else:
            batch_op.drop_constraint(op.f(name), type_="check")


def _give_up() -> sa.Update:
    """Give up what the former program does not know, or could not write."""
    table = sa.table("outbox_message", sa.column("state"), sa.column("mime", sa.LargeBinary()))
    empty = sa.func.length(table.c.mime) == 0
    strange = table.c.state.not_in(("queued", "sending", "sent", "failed", "unknown"))
    unwritten = table.c.state.in_(("queued", "sending")) & empty
    return sa.update(table).where(strange | unwritten).values(state="failed", mime=b"")
