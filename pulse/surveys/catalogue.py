"""Reading surveys: one by id, or all of them, as plain values."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain.errors import NotFound
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.surveys.audience import Audience
from pulse.surveys.model import Survey, SurveyQuestion
from pulse.surveys.turns import Turns


@dataclass(frozen=True, slots=True)
class SurveyInfo:
    """A survey as composed: what is asked, of whom, and how results may be divided."""

    id: int
    title: str
    introduction: str
    questions: tuple[Question, ...]
    audience: Audience
    dimensions: tuple[str, ...]
    created_at: datetime
    language: str = "en"
    turns: Turns = field(default_factory=Turns)

    @property
    def of_one_wave(self) -> tuple[Question, ...]:
        """As many questions as one wave asks: where some take turns, the first of those."""
        waiting = set(self.turns.rotating[self.turns.per_wave :])
        return tuple(item for item in self.questions if item.code not in waiting)


def get(session: Session, survey_id: int) -> SurveyInfo:
    """Give one survey. Raises NotFound."""
    row = session.get(Survey, survey_id)
    if row is None:
        raise NotFound(f"There is no survey {survey_id}.")
    return _infos(session, [row])[0]


def listing(session: Session) -> tuple[SurveyInfo, ...]:
    """Give all surveys, the newest first."""
    rows = session.scalars(select(Survey).order_by(Survey.id.desc())).all()
    return _infos(session, rows)


def by_ids(session: Session, survey_ids: Iterable[int]) -> dict[int, SurveyInfo]:
    """Give the surveys of these ids, in two queries however many there are."""
    rows = session.scalars(select(Survey).where(Survey.id.in_(set(survey_ids)))).all()
    return {info.id: info for info in _infos(session, rows)}


def _infos(session: Session, rows: Collection[Survey]) -> tuple[SurveyInfo, ...]:
    asked = _questions(session, [row.id for row in rows])
    return tuple(_info(row, asked[row.id]) for row in rows)


_Asked = tuple[list[Question], list[str]]


def _questions(session: Session, survey_ids: list[int]) -> dict[int, _Asked]:
    """Give the questions of each survey, and the codes of those that take turns."""
    found: dict[int, _Asked] = {survey_id: ([], []) for survey_id in survey_ids}
    rows = session.scalars(
        select(SurveyQuestion)
        .where(SurveyQuestion.survey_id.in_(survey_ids))
        .order_by(SurveyQuestion.survey_id, SurveyQuestion.position)
    )
    for row in rows:
        item = Question(row.code, row.text, Scale(row.scale), row.driver, row.reverse)
        questions, rotating = found[row.survey_id]
        questions.append(item)
        rotating += [row.code] * row.rotates
    return found


def _info(row: Survey, asked: _Asked) -> SurveyInfo:
    questions, rotating = asked
    return SurveyInfo(
        id=row.id,
        title=row.title,
        introduction=row.introduction,
        questions=tuple(questions),
        audience=Audience.from_json(row.audience),
        dimensions=tuple(row.dimensions),
        created_at=row.created_at,
        language=row.language,
        turns=Turns(row.parts, tuple(rotating), row.rotating_per_wave),
    )
