"""What the invented company's leaders answered, in every state that an item can be in."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from pulse.actions import log
from pulse.actions.values import Answered, Author, Moment
from pulse.db import transaction
from pulse.demo.story import STORIES, Story
from pulse.domain.action_item import State, Version
from pulse.domain.dimension import ORGANISATION
from pulse.release import reading as releases
from pulse.release.feeds import Finding

ANSWERED_AFTER = timedelta(days=2)
NINE = time(9)


def write(authors: dict[str, Author], release_ids: list[int], now: datetime) -> None:
    """Post every story to the log through the same verbs as the leaders' page.

    `authors` is by division; `release_ids` holds the year's releases, the newest last.
    """
    for number, story in enumerate(STORIES):
        release_id = release_ids[-2 if "done" in story.states else -1]
        with transaction() as session:
            _tell(session, story, authors[story.division], (release_id, now, number))


def _tell(session: Session, story: Story, author: Author, when: tuple[int, datetime, int]) -> None:
    release_id, now, number = when
    found = _finding(session, release_id, story)
    posted = datetime.combine(found.wave_closed_on + ANSWERED_AFTER, NINE, UTC)
    posted += timedelta(hours=number)
    between = max(now - posted, timedelta(0)) / len(story.states)
    said = _version(story, 0, now)
    item = log.post(session, author, _answered(session, found), said, Moment(posted, posted.date()))
    for step in range(1, len(story.states)):
        posted += between
        seen = (item, step)
        said = _version(story, step, now)
        log.update(session, author, seen, said, Moment(posted, posted.date()))


def _version(story: Story, step: int, now: datetime) -> Version:
    state = State(story.states[step])
    update = story.updates[step - 1] if step else ""
    if state is State.HEARD:
        return Version(state, story.heard)
    if state is State.DECLINED:
        return Version(state, story.heard, reason=update)
    due = (now + timedelta(days=story.due_in_days)).date()
    will_do = f"{story.will_do}\n\n{update}".strip()
    return Version(state, story.heard, will_do, story.owner, due)


def _finding(session: Session, release_id: int, story: Story) -> Finding:
    """Give the released result of the story's division and driver."""
    release = releases.get(session, release_id)
    groups = releases.groups(session, release_id)
    group = next(item for item in groups if item.name == story.division and item.shown)
    results = releases.results(session, release, group)
    code = next(
        item.question.code for item in results.questions if item.question.driver == story.driver
    )
    return releases.finding(session, f"{release_id}:{code}:{group.code}")


def _answered(session: Session, found: Finding) -> Answered:
    return Answered(
        wave_id=releases.get(session, found.release_id).wave_id,
        release_id=found.release_id,
        dimension=ORGANISATION,
        group_code=found.group_code,
        group_name=found.group_name,
        subject_kind="question",
        subject_code=found.question_code,
        subject=found.text,
        wave_title=found.wave_title,
        result=f"{found.favourable:.0f} % favourable of {found.n} answers",
    )
