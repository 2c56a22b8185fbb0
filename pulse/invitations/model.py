"""Tables of the frame and of invitations.

They say who is asked and who has started, never when. What somebody was sent to start with is
kept only as a hash. While a wave is open it can be worked out again, from a key that is kept
encrypted: a reader of these tables alone cannot answer in anybody's place.
"""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model


class FrameMember(Model):
    """One person of the frozen frame of a wave, with a label in each dimension."""

    __tablename__ = "frame_member"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    labels: Mapped[dict[str, Any]] = mapped_column(JSON)


class Invitation(Model):
    """One person's leave to take part once. There is no time in it, and there must be none."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    # SHA-256 of the secret in the link.
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    # HMAC-SHA-256 of the short code under a key outside the database: a code is short enough
    # to be guessed from a plain hash.
    code_mac: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    redeemed: Mapped[bool]
    # SHA-256 of the blinded value that was signed, so that a lost reply can be given again; it
    # says nothing about the token, and is removed when the wave closes.
    blinded_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # How many tokens were signed for earlier slips of this person. It is never shown, not even
    # as a sum: in a wave with one new slip it would say whether that person had started.
    replaced: Mapped[int] = mapped_column(default=0, server_default="0")
    # How many new slips this person was given, started or not. The sum is public.
    handed: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (UniqueConstraint("wave_id", "employee_id"),)


class ReminderTurn(Model):
    """A reminder of a wave in a time zone, and whether it has had its turn."""

    __tablename__ = "reminder_turn"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    time_zone: Mapped[str] = mapped_column(String(64), primary_key=True)
    done: Mapped[bool]


class StaffPart(Model):
    """In which part of everybody somebody is, where each wave of a survey asks one part."""

    __tablename__ = "staff_part"
    __table_args__ = (CheckConstraint("part >= 0 AND part < parts", name="one_of_the_parts"),)

    survey_id: Mapped[int] = mapped_column(
        ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True
    )
    # With another number of parts everybody is divided anew.
    parts: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id", ondelete="CASCADE"), primary_key=True
    )
    part: Mapped[int]


class MailOptOut(Model):
    """Somebody who wants no mails, by their own wish; not since when, and not why."""

    __tablename__ = "mail_opt_out"

    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id", ondelete="CASCADE"), primary_key=True
    )


class IssuerKey(Model):
    """The key that signs the tokens of a wave, encrypted; removed when the wave closes."""

    __tablename__ = "issuer_key"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    # DER PKCS8 under AES-256-GCM, the nonce before it. The key to it is not in any database.
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class LinkKey(Model):
    """The key from which the links of a wave are worked out; removed when the wave closes.

    With it and the staff's ids anybody could answer in anybody's place, so it is encrypted, and the
    role of the web may not even read it.
    """

    __tablename__ = "link_key"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
