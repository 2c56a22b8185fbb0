"""Honest counts: what a release says of its count, and why a wave waits for its release.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SAYS_NO_MORE = (
    "NOT withheld OR (handed IS NULL AND excess IS NULL AND lost IS NULL AND accepted IS NULL)"
)
_KNOWN_REASON = "withheld_reason IS NULL OR (withheld AND withheld_reason IN ('TOO_FEW_BALLOTS', 'LOCKED', 'DAMAGED', 'NOT_COUNTED'))"


def upgrade() -> None:
    for name in ("handed", "excess", "lost"):
        op.add_column("release", sa.Column(name, sa.Integer(), nullable=True))
    # SQLite takes a new check only together with a new column.
    _add_checked("accepted TEXT", "withheld_says_no_more", _SAYS_NO_MORE)
    _add_checked("withheld_reason VARCHAR(20)", "known_withheld_reason", _KNOWN_REASON)
    op.execute(
        "UPDATE release SET handed = 0, lost = 0,"
        " excess = CASE WHEN ballots > redeemed THEN ballots - redeemed ELSE 0 END"
        " WHERE NOT withheld"
    )
    op.execute("UPDATE release SET withheld_reason = 'TOO_FEW_BALLOTS' WHERE withheld")
    op.create_table(
        "count_hold",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('LOCKED', 'DAMAGED', 'NOT_COUNTED')",
            name=op.f("ck_count_hold_known_kind"),
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_count_hold_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_count_hold")),
    )


def downgrade() -> None:
    op.drop_table("count_hold")
    for name in ("withheld_reason", "accepted", "lost", "excess", "handed"):
        op.drop_column("release", name)


def _add_checked(column: str, name: str, rule: str) -> None:
    op.execute(
        f"ALTER TABLE release ADD COLUMN {column} CONSTRAINT ck_release_{name} CHECK ({rule})"
    )
