"""Letters in every language: subject, text and page, with what makes them safe unchanged."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from pulse import languages
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.manifest import Manifest, Translation
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.invitations import letter
from pulse.invitations.letter import LetterHead
from pulse.mail import UNSUBSCRIBE

NOW = datetime(2037, 3, 2, 9, tzinfo=UTC)
TREE = Dimension(ORGANISATION, "Organisation", (Node(ROOT, "All", None, 12),))
MANIFEST = Manifest(
    7,
    "Spring pulse",
    "How is work? " * 60,
    tuple(Question(f"q{n}", "?", Scale.LIKERT5, "own") for n in range(5)),
    (TREE,),
    5,
    10,
    "r",
    datetime(2037, 3, 9, 9, tzinfo=UTC),
    translations=(Translation("ar", "استطلاع الربيع", "كيف هو العمل؟ " * 60, ("",) * 5),),
)
HEAD = LetterHead("https://pulse.example", "Acme", "Pulse <pulse@acme.example>", "Europe/Berlin")
# The effort, the closing time, and the first words.
SAID = {
    "en": ("5 questions, about 1 minute", "Mon, 9 Mar 2037, 10:00 (Europe/Berlin)", "Hello,"),
    "de": ("5 Fragen, etwa 1 Minute", "Mo., 9. März 2037, 10:00 (Europe/Berlin)", "Guten Tag,"),
    "es": ("5 preguntas, alrededor de 1 minuto", "lun, 9 mar 2037, 10:00", "Buenos días:"),
    "fr": ("5 questions, environ 1 minute", "lun. 9 mars 2037, 10:00", "Bonjour,"),
    "ar": (
        "5 أسئلة، نحو دقيقة واحدة",
        "الاثنين، 9 مارس 2037، \N{LEFT-TO-RIGHT ISOLATE}10:00",
        "مرحبًا،",
    ),
}


def written(code: str) -> tuple[bytes, EmailMessage]:
    head = replace(HEAD, locale=code)
    words = {letter.SECRET: "s" * 43, letter.CODE: "ABCD-EFGH-JKLM"}
    mime = letter.invitation(MANIFEST, head, NOW).fill("ann@acme.example", "<1@x.example>", words)
    found = message_from_bytes(mime, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return mime, found


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("code", SAID)
def test_a_letter_speaks_one_language_throughout(code: str) -> None:
    effort, closes, hello = SAID[code]
    mime, mail = written(code)
    text, html = part(mail, "plain"), part(mail, "html")
    title = MANIFEST.said_in(code).title
    assert title in mail["Subject"]
    assert effort in mail["Subject"]
    for body in (text, html):
        assert effort in body
        assert closes in body
        assert hello in body
        assert MANIFEST.sha256() in body
        assert "ABCD-EFGH-JKLM" in body
    assert mime.partition(b"\r\n\r\n")[0].isascii()
    direction = languages.OFFERED[code].direction
    assert f'<html lang="{code}" dir="{direction}">' in html
    assert f'dir="{direction}" style' in html


@pytest.mark.parametrize("code", SAID)
def test_lines_stay_below_what_a_mail_server_takes(code: str) -> None:
    mime, _ = written(code)
    assert max(map(len, mime.splitlines())) < 998
    lines = part(written(code)[1], "plain").splitlines()
    whole = re.compile("/s/7#|2037")  # A link, and the line with the closing time.
    assert [line for line in lines if len(line) > 78 and not whole.search(line)] == []


@pytest.mark.parametrize("code", [code for code in SAID if code != "en"])
def test_nothing_of_a_letter_is_left_in_english(code: str) -> None:
    english = {line.strip() for line in part(written("en")[1], "plain").splitlines()}
    other = {line.strip() for line in part(written(code)[1], "plain").splitlines()}
    common = {line for line in english & other if re.search("[a-z]{3}", line)}
    fallen_back = {line for line in common if "How is work?" in line}
    assert common - fallen_back == {MANIFEST.sha256(), UNSUBSCRIBE}


@pytest.mark.parametrize("code", SAID)
def test_the_language_stands_behind_the_secret_and_reaches_no_server(code: str) -> None:
    mail = written(code)[1]
    links = re.findall(r"https://pulse\.example/s/\S+", part(mail, "plain"))
    wanted = f"https://pulse.example/s/7#t={'s' * 43}&m={MANIFEST.sha256()}"
    assert links == [wanted if code == "en" else f"{wanted}&l={code}"]


def test_a_language_that_is_not_offered_is_english() -> None:
    assert SAID["en"][0] in written("nl")[1]["Subject"]
    assert SAID["de"][0] in written("de_AT")[1]["Subject"]
    assert languages.current().code == "en"
