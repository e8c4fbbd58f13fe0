"""What has come to a room, in a few numbers: little enough to be asked for every second."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import distinct, func, select

from prioritiser.errors import NoWorkshopError
from prioritiser.store.tables import ANSWERS, PARTICIPANTS, RELEASED, WORKSHOPS
from prioritiser.workshop.records import State
from prioritiser.workshop.store import NOT_ENTERED, WorkshopStore


@dataclass(frozen=True)
class Arrivals:
    """How many joined, and how many answered each question: at all in the rounds that count, and in this one.

    last: number of the answer that came last; released: how many comments were. Both only tell that there is news.
    """

    state: State
    joined: int
    answered: tuple[int, ...]
    in_this_round: tuple[int, ...]
    last: int = 0
    released: int = 0


def find_arrivals(store: WorkshopStore, workshop_id: str, questions: int) -> Arrivals:
    """Count what has come to a room until now. Raises NoWorkshopError, StoreError."""
    own = PARTICIPANTS.c.workshop_id == workshop_id
    answers = ANSWERS.join(PARTICIPANTS, PARTICIPANTS.c.participant_id == ANSWERS.c.participant_id)
    people = func.count(distinct(ANSWERS.c.participant_id))
    by_question = select(ANSWERS.c.question, people).select_from(answers).where(own).group_by(ANSWERS.c.question)
    with store.database.reading() as connection:
        text = connection.execute(
            select(WORKSHOPS.c.state).where(WORKSHOPS.c.workshop_id == workshop_id)
        ).scalar_one_or_none()
        if text is None:
            raise NoWorkshopError(NOT_ENTERED)
        state = State.from_text(text)
        joined = connection.execute(select(func.count()).select_from(PARTICIPANTS).where(own)).scalar_one()
        counts: list[dict[int, int]] = [
            {row[0]: row[1] for row in connection.execute(by_question.where(ANSWERS.c.round.in_(rounds)))}
            for rounds in (state.rounds, state.rounds[-1:])
        ]
        last = connection.execute(select(func.max(ANSWERS.c.answer_id)).select_from(answers).where(own)).scalar_one()
        released = connection.execute(
            select(func.count())
            .select_from(answers.join(RELEASED, RELEASED.c.answer_id == ANSWERS.c.answer_id))
            .where(own)
        ).scalar_one()
    found = [tuple(int(count.get(question, 0)) for question in range(questions)) for count in counts]
    return Arrivals(state, int(joined), found[0], found[1], int(last or 0), int(released))


def illustrative_rooms(store: WorkshopStore) -> tuple[str, ...]:
    """List the ids of the workshops of made-up people, the newest first. Raises StoreError."""
    query = select(WORKSHOPS.c.workshop_id).where(WORKSHOPS.c.is_illustrative == 1)
    with store.database.reading() as connection:
        rows = connection.execute(query.order_by(WORKSHOPS.c.created_at.desc(), WORKSHOPS.c.workshop_id)).all()
    return tuple(str(row.workshop_id) for row in rows)
