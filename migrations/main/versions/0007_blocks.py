"""Blocks: edge-coded counts of blocks, merged groups, figures with intervals and changes.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_STATUS = "status IN ('released', 'merged', 'suppressed')"
_OLD_STATUS = "status IN ('released', 'suppressed')"
_REASON = (
    "reason IS NULL OR reason IN ('BELOW_FLOOR', 'COMPLEMENTARY', 'OUTSIDE', 'TOO_FEW_BALLOTS')"
)
_OLD_REASON = "reason IS NULL OR reason IN ('BELOW_FLOOR', 'COMPLEMENTARY', 'TOO_FEW_BALLOTS')"
_NUMBER = (
    "(status = 'released') = (n IS NOT NULL) AND (status = 'suppressed') = (reason IS NOT NULL)"
    " AND (status = 'merged') = (merged_into IS NOT NULL)"
)
_OLD_NUMBER = "(status = 'released') = (n IS NOT NULL) AND (status = 'released') = (reason IS NULL)"
_WITHHELD = "withheld_reason IS NULL OR (withheld AND withheld_reason IN ({}))"
_HELD = "kind IN ({})"
_KNOWN = "'LOCKED', 'DAMAGED', 'NOT_COUNTED'"
_MORE = "'LOCKED', 'DAMAGED', 'UNSAFE', 'NOT_COUNTED'"
_WITHIN = (
    "favourable_low >= 0 AND unfavourable_low >= 0 AND favourable_low <= favourable_high"
    " AND unfavourable_low <= unfavourable_high AND favourable_low + unfavourable_low <= n"
    " AND favourable_high <= n AND unfavourable_high <= n"
)
_ONE_MIND = (
    "favourable_high > 0 AND favourable_low < n AND unfavourable_high > 0 AND unfavourable_low < n"
)
_ADDS_UP = (
    "favourable >= 0 AND neutral >= 0 AND unfavourable >= 0 AND no_answer >= 0"
    " AND favourable + neutral + unfavourable + no_answer = n"
)
_WHOLE = (
    "(before_id IS NULL) = (change IS NULL) AND (before_id IS NULL) = (holds IS NULL)"
    " AND (before_id IS NULL) = (change_low IS NULL) AND (before_id IS NULL) = (change_high IS NULL)"
)
_FEW = "'TOO_FEW_BALLOTS', "


def upgrade() -> None:
    _recheck_reason(_WITHHELD.format(_FEW + _MORE))
    _recheck_hold(_HELD.format(_MORE))
    with op.batch_alter_table("release_group") as table:
        table.add_column(sa.Column("labels", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("merged_into", sa.Text(), nullable=True))
        table.add_column(
            sa.Column("block", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("release_group") as table:
        table.alter_column("labels", server_default=None)
        table.alter_column("block", server_default=None)
        for name, rule in _group_rules(_STATUS, _REASON, _NUMBER):
            _recheck(table, f"ck_release_group_{name}", rule)
    _coded_cells()
    _figures()


def downgrade() -> None:
    op.drop_table("release_spread")
    op.drop_table("release_score")
    _plain_cells()
    op.execute(
        "DELETE FROM release_comment WHERE group_id IN (SELECT id FROM release_group WHERE status = 'merged')"
    )
    op.execute(
        "UPDATE release_group SET status = 'suppressed', merged_into = NULL, n = NULL,"
        " reason = CASE WHEN reason = 'COMPLEMENTARY' THEN reason ELSE 'BELOW_FLOOR' END"
        " WHERE status <> 'released'"
    )
    with op.batch_alter_table("release_group") as table:
        for name, rule in _group_rules(_OLD_STATUS, _OLD_REASON, _OLD_NUMBER):
            _recheck(table, f"ck_release_group_{name}", rule)
        for name in ("block", "merged_into", "labels"):
            table.drop_column(name)
    op.execute(f"DELETE FROM count_hold WHERE kind NOT IN ({_KNOWN})")  # noqa: S608
    unknown = f"withheld_reason NOT IN ({_FEW}{_KNOWN})"
    op.execute(f"UPDATE release SET withheld_reason = 'NOT_COUNTED' WHERE {unknown}")  # noqa: S608
    _recheck_hold(_HELD.format(_KNOWN))
    _recheck_reason(_WITHHELD.format(_FEW + _KNOWN))


def _group_rules(status: str, reason: str, number: str) -> list[tuple[str, str]]:
    return [("known_status", status), ("known_reason", reason), ("number_or_reason", number)]


def _recheck(table: BatchOperations, name: str, rule: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        table.drop_constraint(op.f(name), type_="check")
    else:
        op.execute(f"ALTER TABLE {table.impl.table_name} DROP CONSTRAINT IF EXISTS {name}")
    table.create_check_constraint(op.f(name), rule)


def _recheck_hold(rule: str) -> None:
    with op.batch_alter_table("count_hold") as batch:
        _recheck(batch, "ck_count_hold_known_kind", rule)


def _recheck_reason(rule: str) -> None:
    """Give the column its new rule. The rule belongs to the column, or SQLite could not drop it."""
    op.execute("CREATE TEMPORARY TABLE kept AS SELECT id, withheld_reason FROM release")
    op.drop_column("release", "withheld_reason")
    op.execute(
        "ALTER TABLE release ADD COLUMN withheld_reason VARCHAR(20)"
        f" CONSTRAINT ck_release_known_withheld_reason CHECK ({rule})"
    )
    op.execute(
        "UPDATE release SET withheld_reason ="
        " (SELECT kept.withheld_reason FROM kept WHERE kept.id = release.id)"
    )
    op.execute("DROP TABLE kept")


def _coded_cells() -> None:
    """Code what was counted exactly; skipped answers, sums and squares are forgotten."""
    coded = (
        f"{_low('favourable')} AS fl, {_high('favourable')} AS fh,"
        f" {_low('unfavourable')} AS ul, {_high('unfavourable')} AS uh"
    )
    _keep(coded)
    op.create_table(
        "release_cell",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("favourable_low", sa.Double(), nullable=False),
        sa.Column("favourable_high", sa.Double(), nullable=False),
        sa.Column("unfavourable_low", sa.Double(), nullable=False),
        sa.Column("unfavourable_high", sa.Double(), nullable=False),
        sa.Column("score_sum", sa.Double(), nullable=True),
        sa.CheckConstraint(_WITHIN, name=op.f("ck_release_cell_within_the_group")),
        sa.CheckConstraint(_ONE_MIND, name=op.f("ck_release_cell_never_of_one_mind")),
        *_common(),
    )
    _back(
        "group_id, question, n, favourable_low, favourable_high, unfavourable_low, unfavourable_high",
        "group_id, question, n, fl, fh, ul, uh",
        "n >= 5 AND fl + ul <= n",
    )


def _plain_cells() -> None:
    """Give cells their former columns; an interval becomes the number in its middle, rounded."""
    _keep("CAST(favourable_low AS INTEGER) AS f, CAST(unfavourable_low AS INTEGER) AS u")
    whole = ("favourable", "neutral", "unfavourable", "no_answer", "score_sum", "score_sumsq")
    op.create_table(
        "release_cell",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in whole),
        sa.CheckConstraint(_ADDS_UP, name=op.f("ck_release_cell_adds_up")),
        *_common(),
    )
    _back(
        "group_id, question, n, favourable, neutral, unfavourable, no_answer, score_sum, score_sumsq",
        "group_id, question, n, f, n - f - u, u, 0, 0, 0",
        "n >= 5 AND f + u <= n",
    )


def _common() -> tuple[sa.Constraint, ...]:
    return (
        sa.CheckConstraint("n >= 5", name=op.f("ck_release_cell_never_below_five")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["release_group.id"], name=op.f("fk_release_cell_group_id_release_group")
        ),
        sa.PrimaryKeyConstraint("group_id", "question", name=op.f("pk_release_cell")),
    )


def _keep(columns: str) -> None:
    cells = f"SELECT group_id, question, n, {columns} FROM release_cell"  # noqa: S608
    op.execute(f"CREATE TEMPORARY TABLE kept AS {cells}")
    op.drop_table("release_cell")


def _back(columns: str, kept: str, whole: str) -> None:
    """Take back what is whole; what was never allowed in a cell is not carried along."""
    op.execute(f"INSERT INTO release_cell ({columns}) SELECT {kept} FROM kept WHERE {whole}")  # noqa: S608
    op.execute("DROP TABLE kept")


def _low(column: str) -> str:
    return f"CASE WHEN {column} <= 1 THEN 0 WHEN {column} >= n - 1 THEN n - 1 ELSE {column} END"


def _high(column: str) -> str:
    return f"CASE WHEN {column} <= 1 THEN 1 WHEN {column} >= n - 1 THEN n ELSE {column} END"


def _figures() -> None:
    op.create_table(
        "release_score",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("change", sa.Double(), nullable=True),
        sa.Column("change_low", sa.Double(), nullable=True),
        sa.Column("change_high", sa.Double(), nullable=True),
        sa.Column("holds", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('question', 'driver', 'enps')", name=op.f("ck_release_score_known_kind")
        ),
        sa.CheckConstraint("low <= high", name=op.f("ck_release_score_ends_in_order")),
        sa.CheckConstraint(_WHOLE, name=op.f("ck_release_score_change_is_whole")),
        sa.ForeignKeyConstraint(
            ["before_id"], ["release.id"], name=op.f("fk_release_score_before_id_release")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["release_group.id"], name=op.f("fk_release_score_group_id_release_group")
        ),
        sa.PrimaryKeyConstraint("group_id", "kind", "measure", name=op.f("pk_release_score")),
    )
    op.create_table(
        "release_spread",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("observed", sa.Double(), nullable=False),
        sa.Column("by_chance", sa.Double(), nullable=False),
        sa.Column("beyond", sa.Double(), nullable=False),
        sa.Column("lowest", sa.Text(), nullable=False),
        sa.Column("highest", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_spread_release_id_release")
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "dimension", "measure", name=op.f("pk_release_spread")
        ),
    )
