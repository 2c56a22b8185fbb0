"""HR says what a survey is called in other languages, and reads what is still missing."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from pulse import clock
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.bands import band
from pulse.domain.errors import Invalid, NotFound
from pulse.domain.permission import Permission
from pulse.domain.question import Question
from pulse.invitations.spoken import spoken
from pulse.languages import OFFERED, Language
from pulse.surveys import catalogue, translating
from pulse.surveys.catalogue import SurveyInfo
from pulse.surveys.translating import Texts
from pulse.web.errors import show_on
from pulse.web.guard import requires

blueprint = Blueprint("survey_languages", __name__)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language of a survey: who speaks it, in a band, and which texts it lacks."""

    language: Language
    people: str
    gaps: tuple[str, ...]


class TranslationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """A survey's texts in one other language; what is left empty falls back."""

    title = StringField("Title")
    introduction = TextAreaField("Introduction")

    def texts(self, survey: SurveyInfo) -> Texts:
        """Give what was filled in."""
        return Texts(
            title=self.title.data or "",
            introduction=self.introduction.data or "",
            questions={item.code: self[_name(item.code)].data or "" for item in survey.questions},
        )

    def refuse(self, error: Invalid) -> None:
        """Put a refusal beside the text that it is about."""
        name = _name(error.field or "")
        show_on(self, Invalid(error.message, name if name in self else error.field))


def _form(survey: SurveyInfo, language: str, kept: Texts) -> TranslationForm:
    """Make the form: a field for each question, with what stands there without a text of HR's."""
    fields = {_name(item.code): _field(survey, item, language) for item in survey.questions}
    filled = {"title": kept.title, "introduction": kept.introduction}
    filled |= {_name(code): text for code, text in kept.questions.items()}
    made: type[TranslationForm] = type("SurveyTextsForm", (TranslationForm,), fields)
    form = made(data=filled)
    form.title.description = survey.title
    form.introduction.description = survey.introduction
    return form


def _field(survey: SurveyInfo, item: Question, language: str) -> StringField:
    ready = translating.of_bank(item, survey.language, language)
    hint = f"Without a text of yours: {ready}" if ready else ""
    return StringField(item.text, description=hint)


def _name(code: str) -> str:
    return f"question_{code}"


@blueprint.route("/hr/surveys/<int:survey_id>/languages/<code>", methods=["GET", "POST"])
@requires(Permission.MANAGE_SURVEYS)
def translate(survey_id: int, code: str) -> str | Response | tuple[str, int]:
    with reading() as session:
        survey = catalogue.get(session, survey_id)
        kept = translating.written(session, survey_id, code)
    if code not in OFFERED or code == survey.language:
        raise NotFound("This survey is not translated into that language.")
    form = _form(survey, code, kept)
    refused = False
    if form.validate_on_submit():
        try:
            with transaction() as session:
                translating.put(session, survey_id, code, form.texts(survey))
        except Invalid as error:
            form.refuse(error)
            refused = True
        else:
            flash(
                f"Kept. Waves that open from now on are asked in {OFFERED[code].name}.", "success"
            )
            return redirect(url_for("surveys.show", survey_id=survey_id))
    page = render_template("surveys/translate.html", form=form, survey=survey, into=OFFERED[code])
    return page, 400 if refused or form.errors else 200


def spoken_in(survey: SurveyInfo) -> tuple[Spoken, ...]:
    """Give the languages that people in the audience have, and what each lacks."""
    with reading() as session:
        people = spoken(session, survey.audience, clock.now().date(), settings().locale)
        return tuple(
            Spoken(OFFERED[code], band(count), translating.gaps(session, survey.id, code))
            for code, count in people.items()
        )
