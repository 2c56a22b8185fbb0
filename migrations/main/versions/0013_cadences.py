"""Cadences of surveys, their decided dates, and at what local time a wave of one is asked.

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

from pulse.db import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wave", sa.Column("own_time", sa.String(length=5), nullable=True))
    op.add_column(
        "wave",
        sa.Column("keeps_holidays", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "survey_cadence",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("repeats", sa.String(length=16), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("week", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("keeps_holidays", sa.Boolean(), nullable=False),
        sa.Column("runs_from", UtcDateTime(), nullable=False),
        sa.Column("skipped_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'ended')", name=op.f("ck_survey_cadence_known_state")
        ),
        sa.CheckConstraint(
            "repeats IN ('once', 'weeks', 'month_day', 'month_weekday')",
            name=op.f("ck_survey_cadence_known_rule"),
        ),
        sa.CheckConstraint("days BETWEEN 1 AND 92", name=op.f("ck_survey_cadence_days_open")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_survey_cadence_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["survey.id"],
            name=op.f("fk_survey_cadence_survey_id_survey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_survey_cadence")),
    )
    op.create_table(
        "survey_occurrence",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["survey_cadence.survey_id"],
            name=op.f("fk_survey_occurrence_survey_id_survey_cadence"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"],
            ["wave.id"],
            name=op.f("fk_survey_occurrence_wave_id_wave"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("survey_id", "due_on", name=op.f("pk_survey_occurrence")),
        sa.UniqueConstraint("wave_id", name=op.f("uq_survey_occurrence_wave_id")),
    )


def downgrade() -> None:
    op.drop_table("survey_occurrence")
    op.drop_table("survey_cadence")
    op.drop_column("wave", "keeps_holidays")
    op.drop_column("wave", "own_time")
