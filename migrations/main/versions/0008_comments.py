"""Comments: what was masked in them, their themes, and the form in which they are searched.

Revision: 0008
Follows: 0007
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_THEME = "fk_release_comment_theme_id_release_theme"


def upgrade() -> None:
    op.create_table(
        "release_masking",
        sa.Column("release_id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("comments", "names", "mails", "phones")
        ),
        sa.CheckConstraint(
            "comments >= 0 AND names >= 0 AND mails >= 0 AND phones >= 0",
            name=op.f("ck_release_masking_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_masking_release_id_release")
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_release_masking")),
    )
    op.create_table(
        "release_theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.CheckConstraint("comments >= 10", name=op.f("ck_release_theme_never_below_ten")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_theme_release_id_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_theme")),
        sa.UniqueConstraint(
            "release_id",
            "question",
            "position",
            name=op.f("uq_release_theme_release_id_question_position"),
        ),
    )
    with op.batch_alter_table("release_comment") as table:
        table.add_column(sa.Column("folded", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("theme_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f(_THEME), "release_theme", ["theme_id"], ["id"])
        table.create_index(op.f("ix_release_comment_theme_id"), ["theme_id"], unique=False)
    _fold()
    with op.batch_alter_table("release_comment") as table:
        table.alter_column("folded", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("release_comment") as table:
        table.drop_index(op.f("ix_release_comment_theme_id"))
        table.drop_constraint(op.f(_THEME), type_="foreignkey")
        table.drop_column("theme_id")
        table.drop_column("folded")
    op.drop_table("release_theme")
    op.drop_table("release_masking")


def _fold() -> None:
    """Make older comments searchable. Their text stays as it was published."""
    connection = op.get_bind()
    comment = sa.table("release_comment", sa.column("id"), sa.column("text"), sa.column("folded"))
    rows = connection.execute(sa.select(comment.c.id, comment.c.text)).all()
    change = (
        sa.update(comment)
        .where(comment.c.id == sa.bindparam("row"))
        .values(folded=sa.bindparam("words"))
    )
    if rows:
        connection.execute(change, [{"row": row.id, "words": _folded(row.text)} for row in rows])


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    seen = "".join(part for part in parts if unicodedata.category(part) not in {"Mn", "Me", "Cf"})
    return " ".join(seen.casefold().split())
