"""The words of an invitation: the same for everyone but for the secret and the short code.

It greets nobody by name, counts no opening and links to nothing but the questions.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from pulse import mail
from pulse.domain import effort, local_time
from pulse.domain.manifest import Manifest
from pulse.mail import Letter, Prepared

# These stand in the prepared letter where a person's own secret and code will be. Nobody can
# know them, or HR could write them into a link of its own and see who follows it.
SECRET = f"secret-{token_hex(16)}"
CODE = f"code-{token_hex(16)}"


@dataclass(frozen=True, slots=True)
class LetterHead:
    """Who writes, from where, and in which time zone the closing time is told."""

    base_url: str
    company: str
    sender: str
    time_zone: str = "UTC"


def link(manifest: Manifest, base_url: str, secret: str) -> str:
    """Give the address that opens the questions for one person.

    Secret and fingerprint stand behind the #, so no server, proxy or log ever sees them.
    """
    return f"{base_url}/s/{manifest.wave}#t={secret}&m={manifest.sha256()}"


def invitation(manifest: Manifest, head: LetterHead, now: datetime) -> Prepared:
    """Build the letter of a wave once, to be filled in for each person."""
    title = " ".join(manifest.title.split())
    words = {
        "title": title,
        "introduction": " ".join(manifest.introduction.split()),
        "company": head.company,
        "base_url": head.base_url,
        "link": link(manifest, head.base_url, SECRET),
        "code": CODE,
        "fingerprint": manifest.sha256(),
        "floor": manifest.floor,
        "effort": effort.in_words(manifest),
        "closes": f"{local_time.shown(manifest.closes_at, head.time_zone)} ({head.time_zone})",
    }
    return mail.prepare(
        Letter(
            sender=head.sender,
            subject=f"{title}: {words['effort']}",
            text=mail.render("invitation.txt", **words),
            html=mail.render("invitation.html", **words),
            date=now,
        )
    )
