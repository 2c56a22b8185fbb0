"""The tables of people, surveys, invitations, releases, actions, accounts and mail.

Revision: 0001
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op

from pulse.actions import append_only
from pulse.db import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("action_item", "action_entry")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role IN ('leader', 'hr', 'admin')", name=op.f("ck_account_role_needs_a_password")
        ),
        sa.CheckConstraint(
            "unit_id IS NULL OR role = 'leader'", name=op.f("ck_account_only_leaders_have_a_unit")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_in_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "action_chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_action_chain_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_chain_head")),
    )
    op.create_table(
        "action_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("group_code", sa.String(length=200), nullable=False),
        sa.Column("group_name", sa.String(length=400), nullable=False),
        sa.Column("subject_kind", sa.String(length=10), nullable=False),
        sa.Column("subject_code", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("wave_title", sa.String(length=200), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.Column("leader_account_id", sa.Integer(), nullable=False),
        sa.Column("leader_name", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "subject_kind IN ('question', 'driver', 'index')",
            name=op.f("ck_action_item_known_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_item")),
    )
    with op.batch_alter_table("action_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_item_group_code"), ["group_code"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_action_item_leader_account_id"), ["leader_account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_action_item_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "attribute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("reportable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute")),
        sa.UniqueConstraint("key", name=op.f("uq_attribute_key")),
    )
    op.create_table(
        "churn_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("computed_at", UtcDateTime(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("libraries", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(fingerprint) = 64", name=op.f("ck_churn_result_whole_fingerprint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_churn_result")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_churn_result_fingerprint")),
    )
    with op.batch_alter_table("churn_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_churn_result_computed_at"), ["computed_at"], unique=False
        )

    op.create_table(
        "column_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_column_mapping_fingerprint")),
    )
    op.create_table(
        "employee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "number",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("manager_number", sa.String(length=64), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee")),
        sa.UniqueConstraint("number", name=op.f("uq_employee_number")),
    )
    with op.batch_alter_table("employee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_employee_email"), ["email"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("mime", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.String(length=254), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sending') OR length(mime) = 0",
            name=op.f("ck_outbox_message_emptied_at_the_end"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'unknown')",
            name=op.f("ck_outbox_message_known_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint(
            "wave_id",
            "recipient",
            "kind",
            "ordinal",
            name=op.f("uq_outbox_message_wave_id_recipient_kind_ordinal"),
        ),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_message_state_outbox_message_due_at"),
            ["state", "due_at"],
            unique=False,
        )

    op.create_table(
        "sign_in_attempt",
        sa.Column("key_mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("window_start", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_mac", "window_start", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_attempt_window_start"), ["window_start"], unique=False
        )

    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sign_in_link_token_sha256")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_link_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "staff_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("stored_as", sa.String(length=64), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=True),
        sa.Column("skip_rejected", sa.Boolean(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('uploaded', 'checking', 'checked', 'applying', 'applied', 'failed')",
            name=op.f("ck_staff_import_known_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_import")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_staff_import_stored_as")),
    )
    with op.batch_alter_table("staff_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_import_state"), ["state"], unique=False)

    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_unit_not_above_itself")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("key", name=op.f("uq_unit_key")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "action_entry",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("will_do", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("by_account_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state <> 'declined' OR reason <> ''", name=op.f("ck_action_entry_declined_says_why")
        ),
        sa.CheckConstraint(
            "state IN ('heard', 'planned', 'under way', 'done', 'declined')",
            name=op.f("ck_action_entry_known_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('planned', 'under way', 'done') OR (will_do <> '' AND owner <> '' AND due_on IS NOT NULL)",
            name=op.f("ck_action_entry_promise_has_owner_and_date"),
        ),
        sa.CheckConstraint(
            "version >= 1 AND position >= 1", name=op.f("ck_action_entry_counts_from_one")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["action_item.id"], name=op.f("fk_action_entry_item_id_action_item")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_action_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_action_entry_hash")),
        sa.UniqueConstraint("item_id", "version", name=op.f("uq_action_entry_item_id_version")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_action_entry_previous_hash")),
    )
    op.create_table(
        "employee_attribute",
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("attribute_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"],
            ["attribute.id"],
            name=op.f("fk_employee_attribute_attribute_id_attribute"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"],
            ["employee.id"],
            name=op.f("fk_employee_attribute_employee_id_employee"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("employee_id", "attribute_id", name=op.f("pk_employee_attribute")),
    )
    with op.batch_alter_table("employee_attribute", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_employee_attribute_attribute_id"), ["attribute_id"], unique=False
        )

    op.create_table(
        "employment_spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("separation", sa.String(length=12), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "separation IN ('voluntary', 'involuntary', 'other')",
            name=op.f("ck_employment_spell_separation_kind"),
        ),
        sa.CheckConstraint(
            "ends_on > starts_on", name=op.f("ck_employment_spell_ends_after_start")
        ),
        sa.CheckConstraint(
            "notice_on IS NULL OR separation IS NOT NULL",
            name=op.f("ck_employment_spell_notice_separates"),
        ),
        sa.CheckConstraint(
            "separation IS NULL OR ends_on IS NOT NULL",
            name=op.f("ck_employment_spell_separation_ends"),
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"],
            ["employee.id"],
            name=op.f("fk_employment_spell_employee_id_employee"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_employment_spell_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment_spell")),
        sa.UniqueConstraint(
            "employee_id", "starts_on", name=op.f("uq_employment_spell_employee_id_starts_on")
        ),
    )
    with op.batch_alter_table("employment_spell", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_employment_spell_starts_on_employment_spell_ends_on"),
            ["starts_on", "ends_on"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_employment_spell_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("employee_id", sa.Integer(), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(account_id IS NULL) <> (employee_id IS NULL)",
            name=op.f("ck_login_session_one_holder"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_session_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_login_session_token_sha256")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_login_session_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_login_session_employee_id"), ["employee_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_login_session_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "survey_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("scale", sa.String(length=16), nullable=False),
        sa.Column("driver", sa.String(length=32), nullable=False),
        sa.Column("reverse", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "scale IN ('likert5', 'zero_to_ten', 'yes_no', 'open')",
            name=op.f("ck_survey_question_known_scale"),
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_survey_question_position_from_one")),
        sa.ForeignKeyConstraint(
            ["survey_id"],
            ["survey.id"],
            name=op.f("fk_survey_question_survey_id_survey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_question")),
        sa.UniqueConstraint("survey_id", "code", name=op.f("uq_survey_question_survey_id_code")),
        sa.UniqueConstraint(
            "survey_id", "position", name=op.f("uq_survey_question_survey_id_position")
        ),
    )
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=True),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state = 'planned' OR manifest IS NOT NULL", name=op.f("ck_wave_frozen_when_open")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'closed', 'released')", name=op.f("ck_wave_known_state")
        ),
        sa.CheckConstraint(
            "(manifest IS NULL) = (manifest_sha256 IS NULL)", name=op.f("ck_wave_whole_manifest")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_wave_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_wave_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_wave_survey_id_number")),
        sa.UniqueConstraint("survey_id", "opens_on", name=op.f("uq_wave_survey_id_opens_on")),
    )
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wave_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_wave_survey_id"), ["survey_id"], unique=False)

    op.create_table(
        "frame_member",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_frame_member_employee_id_employee")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_frame_member_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_frame_member_wave_id_wave")
        ),
        sa.PrimaryKeyConstraint("wave_id", "employee_id", name=op.f("pk_frame_member")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("employee_id", sa.Integer(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("redeemed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_invitation_employee_id_employee")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_invitation_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_mac", name=op.f("uq_invitation_code_mac")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_invitation_secret_sha256")),
        sa.UniqueConstraint(
            "wave_id", "employee_id", name=op.f("uq_invitation_wave_id_employee_id")
        ),
    )
    op.create_table(
        "issuer_key",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("length(signing_key) = 32", name=op.f("ck_issuer_key_whole_key")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_issuer_key_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_issuer_key")),
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("comment_floor", sa.Integer(), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("redeemed", sa.Integer(), nullable=True),
        sa.Column("ballots", sa.Integer(), nullable=True),
        sa.Column("unreadable", sa.Integer(), nullable=True),
        sa.Column("surplus", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "ballots IS NULL OR ballots >= 10", name=op.f("ck_release_enough_ballots")
        ),
        sa.CheckConstraint("floor >= 5 AND comment_floor >= 10", name=op.f("ck_release_floors")),
        sa.CheckConstraint(
            "withheld = (ballots IS NULL) AND withheld = (redeemed IS NULL) AND withheld = (unreadable IS NULL) AND withheld = (surplus IS NULL)",
            name=op.f("ck_release_withheld_says_nothing"),
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_release_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("wave_id", name=op.f("uq_release_wave_id")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_closed_on"), ["closed_on"], unique=False)

    op.create_table(
        "release_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("dimension_name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'released') = (n IS NOT NULL) AND (status = 'released') = (reason IS NULL)",
            name=op.f("ck_release_group_number_or_reason"),
        ),
        sa.CheckConstraint(
            "reason IS NULL OR reason IN ('BELOW_FLOOR', 'COMPLEMENTARY', 'TOO_FEW_BALLOTS')",
            name=op.f("ck_release_group_known_reason"),
        ),
        sa.CheckConstraint(
            "status IN ('released', 'suppressed')", name=op.f("ck_release_group_known_status")
        ),
        sa.CheckConstraint("n IS NULL OR n >= 5", name=op.f("ck_release_group_never_below_five")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_group_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_group")),
        sa.UniqueConstraint(
            "release_id",
            "dimension",
            "code",
            name=op.f("uq_release_group_release_id_dimension_code"),
        ),
    )
    with op.batch_alter_table("release_group", schema=None) as batch_op:
        batch_op.create_index("ix_release_group_line", ["dimension", "code"], unique=False)

    op.create_table(
        "release_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("scale", sa.String(length=16), nullable=False),
        sa.Column("driver", sa.String(length=32), nullable=False),
        sa.Column("reverse", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_question_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_question")),
        sa.UniqueConstraint("release_id", "code", name=op.f("uq_release_question_release_id_code")),
    )
    op.create_table(
        "release_cell",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("favourable", sa.Integer(), nullable=False),
        sa.Column("neutral", sa.Integer(), nullable=False),
        sa.Column("unfavourable", sa.Integer(), nullable=False),
        sa.Column("no_answer", sa.Integer(), nullable=False),
        sa.Column("score_sum", sa.Integer(), nullable=False),
        sa.Column("score_sumsq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "favourable >= 0 AND neutral >= 0 AND unfavourable >= 0 AND no_answer >= 0 AND favourable + neutral + unfavourable + no_answer = n",
            name=op.f("ck_release_cell_adds_up"),
        ),
        sa.CheckConstraint("n >= 5", name=op.f("ck_release_cell_never_below_five")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["release_group.id"], name=op.f("fk_release_cell_group_id_release_group")
        ),
        sa.PrimaryKeyConstraint("group_id", "question", name=op.f("pk_release_cell")),
    )
    op.create_table(
        "release_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["release_group.id"],
            name=op.f("fk_release_comment_group_id_release_group"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_comment")),
    )
    with op.batch_alter_table("release_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_comment_group_id"), ["group_id"], unique=False)

    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only.create_statements(dialect, table):
            op.execute(statement)


def downgrade() -> None:
    for statement in append_only.drop_statements(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)
    with op.batch_alter_table("release_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_comment_group_id"))

    op.drop_table("release_comment")
    op.drop_table("release_cell")
    op.drop_table("release_question")
    with op.batch_alter_table("release_group", schema=None) as batch_op:
        batch_op.drop_index("ix_release_group_line")

    op.drop_table("release_group")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_closed_on"))

    op.drop_table("release")
    op.drop_table("issuer_key")
    op.drop_table("invitation")
    op.drop_table("frame_member")
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wave_survey_id"))
        batch_op.drop_index(batch_op.f("ix_wave_state"))

    op.drop_table("wave")
    op.drop_table("survey_question")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_expires_at"))
        batch_op.drop_index(batch_op.f("ix_login_session_employee_id"))
        batch_op.drop_index(batch_op.f("ix_login_session_account_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("employment_spell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employment_spell_unit_id"))
        batch_op.drop_index(batch_op.f("ix_employment_spell_starts_on_employment_spell_ends_on"))

    op.drop_table("employment_spell")
    with op.batch_alter_table("employee_attribute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employee_attribute_attribute_id"))

    op.drop_table("employee_attribute")
    op.drop_table("action_entry")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_parent_id"))

    op.drop_table("unit")
    op.drop_table("survey")
    with op.batch_alter_table("staff_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_import_state"))

    op.drop_table("staff_import")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_link_expires_at"))

    op.drop_table("sign_in_link")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_window_start"))

    op.drop_table("sign_in_attempt")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_state_outbox_message_due_at"))

    op.drop_table("outbox_message")
    with op.batch_alter_table("employee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employee_email"))

    op.drop_table("employee")
    op.drop_table("column_mapping")
    with op.batch_alter_table("churn_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_churn_result_computed_at"))

    op.drop_table("churn_result")
    op.drop_table("attribute")
    with op.batch_alter_table("action_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_item_wave_id"))
        batch_op.drop_index(batch_op.f("ix_action_item_leader_account_id"))
        batch_op.drop_index(batch_op.f("ix_action_item_group_code"))

    op.drop_table("action_item")
    op.drop_table("action_chain_head")
    op.drop_table("account")
