"""So many messages a minute for each recipient domain, shared by all workers.

What is left of each domain's minute is a row, which whoever takes from it holds until they commit.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse.domain import token_bucket
from pulse.domain.token_bucket import Bucket
from pulse.outbox.model import DomainBudget


def exhausted(session: Session, per_minute: int, now: datetime) -> tuple[str, ...]:
    """Give the domains that may get nothing just now."""
    rows = session.execute(
        select(DomainBudget.domain, DomainBudget.tokens, DomainBudget.filled_at).where(
            DomainBudget.tokens < 1
        )
    )
    return tuple(
        row.domain
        for row in rows
        if token_bucket.filled(Bucket(row.tokens, row.filled_at), per_minute, now).left < 1
    )


def take(
    session: Session, per_minute: int, wanted: Mapping[str, int], now: datetime
) -> dict[str, int]:
    """Take from the minute of each domain, and give how many messages each may get."""
    given: dict[str, int] = {}
    # In one order, so that no two workers wait for one another.
    for domain in sorted(wanted):
        row = _held(session, domain, per_minute, now)
        bucket = token_bucket.filled(Bucket(row.tokens, row.filled_at), per_minute, now)
        given[domain], left = token_bucket.taken(bucket, wanted[domain])
        session.execute(
            update(DomainBudget)
            .where(DomainBudget.domain == domain)
            .values(tokens=left.left, filled_at=max(left.at, row.filled_at))
        )
    return given


def _held(session: Session, domain: str, per_minute: int, now: datetime) -> DomainBudget:
    """Give the row of a domain, held until the end of the transaction."""
    is_sqlite = session.connection().dialect.name == "sqlite"
    insert = (sqlite.insert if is_sqlite else postgresql.insert)(DomainBudget)
    full = token_bucket.full(per_minute, now)
    values = {"domain": domain, "tokens": full.left, "filled_at": now}
    session.execute(insert.values(**values).on_conflict_do_nothing())
    query = select(DomainBudget).where(DomainBudget.domain == domain).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
