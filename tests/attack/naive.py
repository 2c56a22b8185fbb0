"""The schema that everybody would write first, and the thief must take apart to the last person.

One transaction notes that the employee has answered and lays down the answer, with a time, a
number that counts up, and the labels in clear; the token stands on both sides.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from secrets import token_hex

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    update,
)

from pulse.db import engine_uri

metadata = MetaData()
invited = Table(
    "naive_invitation",
    metadata,
    Column("employee_id", Integer, primary_key=True),
    Column("token", String(64)),
    Column("redeemed_at", DateTime),
)
response = Table(
    "naive_response",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", String(64)),
    Column("unit", String(40)),
    Column("answer", LargeBinary),
    Column("created_at", DateTime),
)


def play(url: str, people: Sequence[int], units: Sequence[str], *, token: bool) -> list[bytes]:
    """Let everybody answer in the order given; give what each said, in the same order.

    Without the token nothing but order and transaction is left to go by.
    """
    engine = create_engine(engine_uri(url))
    metadata.create_all(engine)
    said = [token_hex(16).encode() for _ in people]
    with engine.begin() as connection:
        connection.execute(insert(invited), [{"employee_id": one} for one in sorted(people)])
    for person, unit, answer in zip(people, units, said, strict=True):
        word = token_hex(16) if token else None
        moment = datetime.now(UTC).replace(tzinfo=None)
        with engine.begin() as connection:
            connection.execute(
                update(invited)
                .where(invited.c.employee_id == person)
                .values(redeemed_at=moment, token=word)
            )
            row = {"unit": unit, "answer": answer, "token": word, "created_at": moment}
            connection.execute(insert(response), row)
    engine.dispose()
    return said
