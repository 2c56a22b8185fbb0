"""An open wave with invited people: a small company on paper slips, through the real steps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

from pulse import custody, fieldwork, installation
from pulse.ballots import tally
from pulse.ballots.tally import Opening, Tally
from pulse.config import settings
from pulse.db import box_reading, reading, transaction
from pulse.domain.ballot import Value
from pulse.domain.manifest import Manifest
from pulse.domain.token import Token
from pulse.invitations import issuing, redemption
from pulse.invitations.issuing import Slip
from pulse.invitations.redemption import Claim
from pulse.people.model import Employee, EmploymentSpell, Unit
from pulse.surveys import standing
from tests.support import open_wave, sealed_ballots

ANSWERS = {"q1": "4", "q2": "none", "q3": "9", "q4": "1", "q5": "More light, please."}
UNITS = ("Bar", "Kitchen")


@dataclass(frozen=True)
class Started:
    """What one person's browser holds between Start and Send."""

    manifest: Manifest
    token: Token
    labels: dict[str, str]

    def body(self, **answers: Value) -> bytes:
        """Give what it sends to the box."""
        return sealed_ballots.body(self.manifest, self.token, self.labels, answers)


@dataclass(frozen=True)
class Invited:
    """An open wave and the slips of everybody asked."""

    wave: int
    slips: tuple[Slip, ...]

    @property
    def manifest(self) -> Manifest:
        with reading() as session:
            return standing.manifest(session, self.wave)

    def code(self, person: int = 0) -> str:
        return self.slips[person].code

    def secret(self, person: int = 0) -> str:
        return parse_qs(urlsplit(self.slips[person].link).fragment)["t"][0]

    def started(self, person: int = 0) -> Started:
        """Start as a browser does, with the room in place of the door."""
        labels: dict[str, str] = {}

        def sign(blinded: bytes) -> bytes:
            claim = Claim(self.wave, blinded)
            with transaction() as session:
                found = redemption.redeem(
                    session, claim, self.secret(person), installation.secrets()
                )
            labels.update(found.labels)
            return found.signature

        return Started(self.manifest, sealed_ballots.unblinded(self.manifest, sign), labels)

    def redeemed(self) -> int:
        with reading() as session:
            return redemption.redeemed(session, self.wave)

    def counted(self, now: datetime) -> Tally:
        """Close the wave and count it."""
        fieldwork.close_wave(self.wave, now)
        with reading() as session:
            issued = redemption.issued(session, self.wave)
        with box_reading() as connection:
            key = custody.opening_key(settings().key_folder, self.wave)
            opening = Opening(connection, self.manifest, key)
            return tally.answers(opening, tally.turnout(opening, issued.by_label))


def opened(
    now: datetime, people: int = 24, planned: Callable[[datetime], int] = open_wave.planned
) -> Invited:
    """Open a wave for a company whose people have no e-mail, and print everybody's slip."""
    _hire(people, now.date())
    wave = planned(now)
    fieldwork.open_wave(wave, now)
    with transaction() as session:
        request = installation.issue_request(standing.manifest(session, wave), "UTC")
        return Invited(wave, issuing.print_slips(session, request))


def _hire(people: int, today: date) -> None:
    with transaction() as session:
        units = [Unit(key=name, name=name) for name in UNITS]
        staff = [Employee(number=f"{place:04}", name=f"Person {place}") for place in range(people)]
        session.add_all([*units, *staff])
        session.flush()
        session.add_all(
            EmploymentSpell(
                employee_id=person.id,
                unit_id=units[place % len(units)].id,
                starts_on=date(today.year - 1, 1, 1),
            )
            for place, person in enumerate(staff)
        )
