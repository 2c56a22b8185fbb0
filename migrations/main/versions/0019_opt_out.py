"""People who want no mails, their number beside a release, and parts of everybody.

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_opt_out",
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"],
            ["employee.id"],
            name=op.f("fk_mail_opt_out_employee_id_employee"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_mail_opt_out")),
    )
    op.create_table(
        "staff_part",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "part >= 0 AND part < parts", name=op.f("ck_staff_part_one_of_the_parts")
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"],
            ["employee.id"],
            name=op.f("fk_staff_part_employee_id_employee"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["survey.id"],
            name=op.f("fk_staff_part_survey_id_survey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("survey_id", "parts", "employee_id", name=op.f("pk_staff_part")),
    )
    op.create_table(
        "reminder_turn",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_reminder_turn_wave_id_wave")
        ),
        sa.PrimaryKeyConstraint("wave_id", "ordinal", "time_zone", name=op.f("pk_reminder_turn")),
    )
    # SQLite takes a new check only together with a new column.
    op.execute(
        "ALTER TABLE release ADD COLUMN opted_out INTEGER CONSTRAINT ck_release_told_in_fives"
        " CHECK (opted_out IS NULL OR (NOT withheld AND opted_out % 5 = 0))"
    )


def downgrade() -> None:
    op.drop_column("release", "opted_out")
    op.drop_table("reminder_turn")
    op.drop_table("staff_part")
    op.drop_table("mail_opt_out")
