"""The words of an invitation: the same for everyone but for the secret and the short code.

It greets nobody by name, counts no opening and links to nothing but the questions.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from pulse import formats, languages, mail
from pulse.domain import local_time
from pulse.domain.effort import effort
from pulse.domain.manifest import Manifest
from pulse.mail import Letter, Prepared

# These stand in the prepared letter where a person's own secret and code will be. Nobody can
# know them, or HR could write them into a link of its own and see who follows it.
SECRET = f"secret-{token_hex(16)}"
CODE = f"code-{token_hex(16)}"


@dataclass(frozen=True, slots=True)
class LetterHead:
    """Who writes, from where, in which language, and in which zone the closing time is told."""

    base_url: str
    company: str
    sender: str
    time_zone: str = "UTC"
    locale: str = languages.ENGLISH.code


def link(manifest: Manifest, base_url: str, secret: str) -> str:
    """Give the address that opens the questions for one person.

    Secret and fingerprint stand behind the #, so no server, proxy or log ever sees them.
    """
    return f"{base_url}/s/{manifest.wave}#t={secret}&m={manifest.sha256()}"


def link_in(language: str, address: str) -> str:
    """Add the language of a letter to its link, behind the # as well.

    Only where a browser asks for another language does the page's script ask for this one in an
    address, so that nobody stands out in a log by a rare language of the staff file.
    """
    return address if language == languages.ENGLISH.code else f"{address}&l={language}"


def invitation(manifest: Manifest, head: LetterHead, now: datetime) -> Prepared:
    """Build the letter of a wave, once for a language and a zone, to be filled in for each."""
    return _written(manifest, head, now, "invitation")


def reminder(manifest: Manifest, head: LetterHead, now: datetime) -> Prepared:
    """Build the letter at half time. It does not say that anybody has not answered."""
    return _written(manifest, head, now, "reminder", last=False)


def last_reminder(manifest: Manifest, head: LetterHead, now: datetime) -> Prepared:
    """Build the letter before closing, which everybody gets."""
    return _written(manifest, head, now, "reminder", last=True)


def _written(
    manifest: Manifest, head: LetterHead, now: datetime, template: str, **more: bool
) -> Prepared:
    with languages.speaking(languages.first(head.locale)) as language:
        said = manifest.said_in(language.code)
        title = " ".join(said.title.split())
        length = formats.effort(effort(manifest))
        zone = local_time.zone(head.time_zone)
        words = {
            "title": title,
            "introduction": " ".join(said.introduction.split()),
            "company": head.company,
            "base_url": head.base_url,
            "link": link_in(language.code, link(manifest, head.base_url, SECRET)),
            "code": CODE,
            "fingerprint": manifest.sha256(),
            "floor": manifest.floor,
            "effort": length,
            "closes": formats.weekday_and_time(manifest.closes_at, zone),
            "opt_out": mail.UNSUBSCRIBE,
            **more,
        }
        return mail.prepare(
            Letter(
                sender=head.sender,
                subject=languages.gettext("%(title)s: %(effort)s", title=title, effort=length),
                text=mail.render(f"{template}.txt", **words),
                html=mail.render(f"{template}.html", **words),
                date=now,
                can_opt_out=True,
            )
        )
