"""Tables of the ballot box, in a database of their own.

They hold no person, no time, no order and no key into any other table. On SQLite they have no
hidden row number either, because that would keep the order of arrival.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

from pulse.db import box_metadata

# One row for each wave that was ever opened: what the box must know to take a ballot.
box = Table(
    "box",
    box_metadata,
    Column("wave", Integer, primary_key=True, autoincrement=False),
    Column("state", String(10), nullable=False),
    # The public half of the key that signs the tokens of this wave (DER SubjectPublicKeyInfo).
    Column("verify_key", LargeBinary, nullable=False),
    Column("manifest", Text, nullable=False),
    # What `drop` needs of the manifest: SHA-256 of it, and the bytes of a sealed shard for each
    # slot, with commas. The digest is unknown for boxes older than it.
    Column("manifest_sha256", LargeBinary(32)),
    Column("lengths", Text, nullable=False),
    # How many ballots lay in the box when it was last mixed.
    Column("mixed", Integer),
    CheckConstraint("state IN ('open', 'sealed', 'destroyed')", name="known_state"),
    implicit_returning=False,
    sqlite_with_rowid=False,
)

# Sixteen random bytes made by the application are all that tells two shards apart.
shard = Table(
    "shard",
    box_metadata,
    Column("wave", Integer, primary_key=True, autoincrement=False),
    Column("id", LargeBinary(16), primary_key=True),
    Column("slot", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("length(id) = 16", name="random_id"),
    implicit_returning=False,
    sqlite_with_rowid=False,
)

spent = Table(
    "spent",
    box_metadata,
    Column("wave", Integer, primary_key=True, autoincrement=False),
    Column("token_sha256", LargeBinary(32), primary_key=True),
    CheckConstraint("length(token_sha256) = 32", name="digest"),
    implicit_returning=False,
    sqlite_with_rowid=False,
)
