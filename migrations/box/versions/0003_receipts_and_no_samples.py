"""A receipt's question that needs no right to read, and no samples of ballots in statistics.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# PostgreSQL keeps samples of a column's values for its planner, in a table that nobody empties.
_SAMPLED = {
    "shard": {"id": "bytea", "slot": "smallint", "body": "bytea"},
    "spent": {"token_sha256": "bytea"},
}

# It runs with its owner's rights and finds tables in this schema only, whoever calls it. There is
# no answer about a wave that is not open.
_HOLDS = """
CREATE FUNCTION box_holds(of_wave integer, receipt bytea) RETURNS boolean
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM {schema}.spent WHERE spent.wave = of_wave AND spent.token_sha256 = receipt
    )
    FROM {schema}.box WHERE box.wave = of_wave AND box.state = 'open'
$$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    _sample(0)
    for table, columns in _SAMPLED.items():
        for column, kind in columns.items():
            # Giving a column the type that it has drops the samples taken so far.
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}")
    quoted = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    op.execute(_HOLDS.format(schema=quoted))
    op.execute("REVOKE ALL ON FUNCTION box_holds(integer, bytea) FROM PUBLIC")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    _sample(-1)
    op.execute("DROP FUNCTION box_holds(integer, bytea)")


def _sample(target: int) -> None:
    for table, columns in _SAMPLED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}")
