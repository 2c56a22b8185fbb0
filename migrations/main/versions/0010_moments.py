"""Moments: how drivers vary and go together over everybody.

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_moments",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("favourable_spread", sa.Double(), nullable=False),
        sa.CheckConstraint("people >= 100", name=op.f("ck_release_moments_never_below_a_hundred")),
        sa.CheckConstraint(
            "favourable_spread >= 0 AND favourable_spread < 1",
            name=op.f("ck_release_moments_of_a_share"),
        ),
        _of_release("release_moments"),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_release_moments")),
    )
    op.create_table(
        "release_deviation",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("driver", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "value >= 0 AND value < 1", name=op.f("ck_release_deviation_of_a_share")
        ),
        _of_release("release_deviation"),
        sa.PrimaryKeyConstraint("release_id", "driver", name=op.f("pk_release_deviation")),
    )
    op.create_table(
        "release_correlation",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("driver", sa.String(length=32), nullable=False),
        sa.Column("other", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "value >= -1 AND value <= 1", name=op.f("ck_release_correlation_is_one")
        ),
        sa.CheckConstraint("driver <> other", name=op.f("ck_release_correlation_of_two")),
        _of_release("release_correlation"),
        sa.PrimaryKeyConstraint(
            "release_id", "driver", "other", name=op.f("pk_release_correlation")
        ),
    )


def downgrade() -> None:
    for name in ("release_correlation", "release_deviation", "release_moments"):
        op.drop_table(name)


def _of_release(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["release_id"], ["release.id"], name=op.f(f"fk_{table}_release_id_release")
    )
