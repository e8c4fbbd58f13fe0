"""Workshops in the database: opened, joined, answered, moved. What was acknowledged is never changed or lost.

Every answer is a row of its own; the last of a participant to a question counts. A move of the facilitator and an
answer never pass each other by: both hold the row of their workshop.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from prioritiser.errors import (
    ClosedError,
    NoWorkshopError,
    ScenarioError,
    SettingsError,
    StoreError,
    WorkshopError,
)
from prioritiser.files.scenario_files import scenario_bytes, scenario_from_bytes
from prioritiser.recent import Recent
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.store.database import Database
from prioritiser.store.tables import ANSWERS, MOVES, PARTICIPANTS, RELEASED, WORKSHOPS
from prioritiser.text.typed import one_line
from prioritiser.workshop.answers import read_answer
from prioritiser.workshop.codes import key_hash, new_code, new_key, new_token, read_code, token_hash
from prioritiser.workshop.records import (
    Entry,
    Kind,
    Move,
    Participant,
    Receipt,
    State,
    Workshop,
    WorkshopPlan,
    moved,
    now_text,
)
from prioritiser.workshop.texts import LONGEST_NAME, read_comment, read_name, read_submission

LONGEST_TITLE = 120
MOST_CHOICES = 30
MOST_QUESTIONS = 6
MOST_PARTICIPANTS = 500
MOST_ANSWERS = 200  # of a participant: a phone that sends without end must not fill the disk
SCENARIO_FILE = "scenario.zip"
_KEPT_SCENARIOS = 8
_TRIES = 20
NOT_ENTERED = "No open workshop has this code. Look at it again, or ask the facilitator."


class WorkshopStore:
    """The workshops of one database; safe for any number of threads and processes. Every method may raise StoreError.

    clock: gives the time as it is kept.
    """

    def __init__(self, database: Database, clock: Callable[[], str] = now_text) -> None:
        self.database, self._clock = database, clock
        self._lock = threading.Lock()
        self._scenarios: Recent[str, Scenario] = Recent(_KEPT_SCENARIOS)

    def create(
        self,
        plan: WorkshopPlan,
        scenario: Scenario,
        settings: Settings,
        *,
        is_illustrative: bool = False,
        workshop_id: str = "",
    ) -> tuple[Workshop, str]:
        """Open a room about a scenario as it is now; returns it and the facilitator's key, which is kept nowhere.

        workshop_id: by default a random one. Raises WorkshopError with everything that is wrong with the plan.
        """
        plan = tidied_plan(plan)
        check_plan(plan, scenario)
        key, state = new_key(), State(asked=0 if len(plan.questions) > 1 else None)
        row = {
            "workshop_id": workshop_id or secrets.token_hex(16),
            "key_hash": key_hash(key),
            "title": plan.title,
            "scenario_hash": scenario.hash,
            "scenario": scenario_bytes(scenario, SCENARIO_FILE),
            "settings": json.dumps(settings.as_json()),
            "plan": plan.as_text(),
            "state": state.as_text(),
            "is_illustrative": int(is_illustrative),
            "created_at": self._clock(),
        }
        with self.database.writing() as connection:
            row["code"] = free_code(connection)
            connection.execute(insert(WORKSHOPS).values(**row))
        return self.workshop(str(row["workshop_id"])), key

    def workshops(self) -> list[Workshop]:
        """List every workshop, the newest first."""
        with self.database.reading() as connection:
            rows = connection.execute(_workshops().order_by(WORKSHOPS.c.created_at.desc(), WORKSHOPS.c.code)).all()
        return [_workshop(row) for row in rows]

    def workshop(self, workshop_id: str) -> Workshop:
        """Return a workshop as it stands now. Raises NoWorkshopError."""
        with self.database.reading() as connection:
            return _workshop(_found(connection, WORKSHOPS.c.workshop_id == workshop_id))

    def by_code(self, code: str) -> Workshop:
        """Return the workshop of a code, open or closed; for its facilitator. Raises NoWorkshopError."""
        with self.database.reading() as connection:
            return _workshop(_found(connection, WORKSHOPS.c.code == read_code(code)))

    def by_key(self, key: str) -> Workshop | None:
        """Return the workshop that a facilitator's key opens, or None."""
        with self.database.reading() as connection:
            row = connection.execute(_workshops().where(WORKSHOPS.c.key_hash == key_hash(key))).first()
        return None if row is None else _workshop(row)

    def is_key(self, workshop_id: str, key: str) -> bool:
        """Whether a key is that of a workshop."""
        with self.database.reading() as connection:
            kept = connection.execute(
                select(WORKSHOPS.c.key_hash).where(WORKSHOPS.c.workshop_id == workshop_id)
            ).scalar_one_or_none()
        return kept is not None and hmac.compare_digest(kept, key_hash(key))

    def scenario(self, workshop: Workshop) -> Scenario:
        """Return the scenario that the ballots are about, whatever became of the file since."""
        with self._lock:
            known = self._scenarios.recall(workshop.workshop_id)
        if known is None:
            with self.database.reading() as connection:
                content = connection.execute(
                    select(WORKSHOPS.c.scenario).where(WORKSHOPS.c.workshop_id == workshop.workshop_id)
                ).scalar_one_or_none()
            if content is None:
                raise NoWorkshopError(NOT_ENTERED)
            try:
                known = scenario_from_bytes(SCENARIO_FILE, content)
            except ScenarioError as error:
                raise StoreError(
                    f"The scenario of the workshop {workshop.code} cannot be read: it is damaged, or of another "
                    f"version. {error.issues[0]}"
                ) from error
            with self._lock:
                self._scenarios[workshop.workshop_id] = known
        return known

    def move(self, workshop_id: str, move: Move) -> Workshop:
        """Do what a facilitator asks; see `records.moved`. `undo` takes the last move back. Raises WorkshopError."""
        with self.database.writing() as connection:
            found = _workshop(_held(connection, workshop_id))
            if move.name == "undo":
                after = _taken_back(connection, workshop_id)
            else:
                at = self._clock()
                after = moved(found.state, move, len(found.plan.questions), at)
                before = {"workshop_id": workshop_id, "name": move.name, "before": found.state.as_text(), "at": at}
                connection.execute(insert(MOVES).values(**before))
            connection.execute(
                update(WORKSHOPS).where(WORKSHOPS.c.workshop_id == workshop_id).values(state=after.as_text())
            )
        return self.workshop(workshop_id)

    def last_move(self, workshop_id: str) -> str:
        """Name the move that undo would take back; empty for none."""
        with self.database.reading() as connection:
            row = connection.execute(_last_move(workshop_id)).first()
        return "" if row is None else str(row.name)

    def release(self, answer_id: int, *, released: bool = True, workshop_id: str | None = None) -> None:
        """Release the comment of an answer for the paper, or take that back.

        workshop_id: the one that it must be of. Raises WorkshopError for an answer that is not there.
        """
        of_one = ANSWERS.c.participant_id == PARTICIPANTS.c.participant_id
        owner = select(PARTICIPANTS.c.workshop_id).join(ANSWERS, of_one).where(ANSWERS.c.answer_id == answer_id)
        with self.database.writing() as connection:
            found = connection.execute(owner).scalar_one_or_none()
            if found is None or workshop_id not in (None, found):
                raise WorkshopError("This comment is not there any more. Look at the page again.")
            _held(connection, found)  # so that a second press waits for the first
            connection.execute(delete(RELEASED).where(RELEASED.c.answer_id == answer_id))
            if released:
                connection.execute(insert(RELEASED).values(answer_id=answer_id, at=self._clock()))

    def join(self, code: str, name: str = "", role: str = "", place: str = "") -> tuple[Participant, str]:
        """Enter an open workshop; returns who one is there, and the token by which the phone is known again.

        Raises NoWorkshopError with the same words for a wrong, an unknown and a closed code; WorkshopError.
        """
        with self.database.writing() as connection:
            row = connection.execute(
                _workshops().where(WORKSHOPS.c.code == (read_code(code) or "-")).with_for_update()
            ).one_or_none()
            found = None if row is None else _workshop(row)
            if found is None or not found.state.is_open:
                raise NoWorkshopError(NOT_ENTERED)
            one = _checked_participant(found, Participant(secrets.token_hex(16), name, role, place))
            mine = PARTICIPANTS.c.workshop_id == found.workshop_id
            if connection.execute(select(func.count()).where(mine)).scalar_one() >= MOST_PARTICIPANTS:
                raise WorkshopError(f"This workshop is full: {MOST_PARTICIPANTS} have joined.")
            token = new_token()
            connection.execute(
                insert(PARTICIPANTS).values(
                    participant_id=one.participant_id,
                    workshop_id=found.workshop_id,
                    token_hash=token_hash(token),
                    name=one.name,
                    role=one.role,
                    place=one.place,
                    joined_at=self._clock(),
                )
            )
        return one, token

    def known(self, token: str) -> tuple[Workshop, Participant] | None:
        """Return who a phone is, and where; None for a token that nobody was given."""
        with self.database.reading() as connection:
            row = connection.execute(
                select(PARTICIPANTS).where(PARTICIPANTS.c.token_hash == token_hash(token))
            ).one_or_none()
            if row is None:
                return None
            found = _workshop(_found(connection, WORKSHOPS.c.workshop_id == row.workshop_id))
        return found, Participant(row.participant_id, row.name, row.role, row.place)

    def answer(self, token: str, question: int, given: Any, comment: str = "", submission: str = "") -> Receipt:
        """Take an answer; once this returns, it is kept. The same submission twice counts once.

        given: see `answers.read_answer`. submission: what the phone calls this sending.
        Raises NoWorkshopError for an unknown token, ClosedError, and WorkshopError for an answer that makes no sense.
        """
        known = self.known(token)
        if known is None:
            raise NoWorkshopError(NOT_ENTERED)
        workshop, one = known
        if type(question) is not int or not 0 <= question < len(workshop.plan.questions):
            raise WorkshopError("This question is not asked here.")
        scenario = self.scenario(workshop)
        checked = read_answer(scenario, settings_of(workshop, scenario), workshop.plan.questions[question], given)
        row = {
            "participant_id": one.participant_id,
            "question": question,
            "submission": read_submission(submission or secrets.token_hex(16)),
            "answer": json.dumps(checked),
            "comment": read_comment(comment),
        }
        return self._taken(workshop.workshop_id, row)

    def _taken(self, workshop_id: str, row: Mapping[str, Any]) -> Receipt:
        """Keep an answer, unless it is there already; all of it while the row of the workshop is held."""
        with self.database.writing() as connection:
            found = _workshop(_held(connection, workshop_id))
            mine = ANSWERS.c.participant_id == row["participant_id"]
            before = connection.execute(
                select(ANSWERS.c.at).where(mine, ANSWERS.c.submission == row["submission"])
            ).scalar_one_or_none()
            if before is not None:
                return Receipt(before, is_repeat=True)
            if not found.state.is_open:
                raise ClosedError(closed_words(_last_that_counts(connection, mine, found.state)))
            if not found.state.asks(int(row["question"])):
                raise WorkshopError("This question is not asked yet.")
            if connection.execute(select(func.count()).where(mine)).scalar_one() >= MOST_ANSWERS:
                raise WorkshopError(
                    f"You have answered {MOST_ANSWERS} times, and no more is taken. Your last one counts."
                )
            at = self._clock()
            connection.execute(insert(ANSWERS).values(**row, round=found.state.round, at=at))
        return Receipt(at)

    def participants(self, workshop_id: str) -> list[Participant]:
        """List who joined, in the order of their ids, which are random."""
        with self.database.reading() as connection:
            rows = connection.execute(
                select(PARTICIPANTS)
                .where(PARTICIPANTS.c.workshop_id == workshop_id)
                .order_by(PARTICIPANTS.c.participant_id)
            ).all()
        return [Participant(row.participant_id, row.name, row.role, row.place) for row in rows]

    def entries(
        self, workshop: Workshop, rounds: int | None = None, participant: str | None = None, until: str | None = None
    ) -> list[Entry]:
        """List the answers that count after so many rounds, by default all: the last of each one to each question.

        An answer of an earlier round stands until its participant answers again. participant: only those of one.
        until: a time as it is kept; only what had come by then.
        """
        numbers = list(workshop.state.rounds[:rounds])
        if not numbers:
            return []
        place = {number: position for position, number in enumerate(numbers)}
        query = (
            select(ANSWERS, PARTICIPANTS.c.name, PARTICIPANTS.c.role, PARTICIPANTS.c.place, RELEASED.c.at.label("out"))
            .join(PARTICIPANTS, PARTICIPANTS.c.participant_id == ANSWERS.c.participant_id)
            .outerjoin(RELEASED, RELEASED.c.answer_id == ANSWERS.c.answer_id)
            .where(PARTICIPANTS.c.workshop_id == workshop.workshop_id, ANSWERS.c.round.in_(numbers))
            .order_by(ANSWERS.c.answer_id)
        )
        if participant is not None:
            query = query.where(PARTICIPANTS.c.participant_id == participant)
        if until is not None:
            query = query.where(ANSWERS.c.at <= until)
        last: dict[tuple[str, int], Row[Any]] = {}
        with self.database.reading() as connection:
            for row in connection.execute(query):
                key = row.participant_id, row.question
                if key not in last or place[last[key].round] <= place[row.round]:
                    last[key] = row
        return [_entry(row, place[row.round]) for _, row in sorted(last.items(), key=lambda one: one[0])]


def settings_of(workshop: Workshop, scenario: Scenario) -> Settings:
    """Return the settings that were in force when the room was opened. Raises StoreError where they are damaged."""
    try:
        settings = Settings.from_json(workshop.settings)
        scenario.check(settings)
    except (SettingsError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(f"The workshop {workshop.code} cannot be read: its settings are damaged.") from error
    return settings


def closed_words(counts: str | None) -> str:
    """Say to somebody who takes part that the room is closed, and which answer of theirs counts."""
    if not counts:
        return "This workshop is closed. You had not answered."
    return f"This workshop is closed; your answer of {clock_time(counts)} counts."


def clock_time(at: str) -> str:
    """Return hours and minutes, in the time of this machine, of a time as it is kept."""
    return datetime.fromisoformat(at).astimezone().strftime("%H:%M")


def tidied_plan(plan: WorkshopPlan) -> WorkshopPlan:
    """Return a plan with its words as they are kept: a line each, nothing in them that cannot be seen."""
    roles, places = (tuple(one_line(choice) for choice in choices) for choices in (plan.roles, plan.places))
    return replace(plan, title=one_line(plan.title), roles=roles, places=places)


def check_plan(plan: WorkshopPlan, scenario: Scenario) -> None:
    """Raise WorkshopError with everything that is wrong with a plan."""
    problems: list[str] = []
    if not 0 < len(plan.title) <= LONGEST_TITLE:
        problems.append(f"The title has {len(plan.title):,} characters; 1 to {LONGEST_TITLE} are expected.")
    if not 0 < len(plan.questions) <= MOST_QUESTIONS:
        problems.append(f"There are {len(plan.questions)} questions; 1 to {MOST_QUESTIONS} are expected.")
    for question in plan.questions:
        strange = [name for name in question.goals if name not in scenario.goal_by_id]
        if strange:
            problems.append(f"The goal {strange[0]} is not in the scenario.")
        if question.goals and question.kind is not Kind.SWING:
            problems.append(f"Goals are asked by swing weights only, not by {question.kind}.")
    for what, choices in (("roles", plan.roles), ("places", plan.places)):
        folded = [choice.casefold() for choice in choices]
        if len(choices) > MOST_CHOICES or len(set(folded)) < len(choices) or not all(folded):
            problems.append(f"The {what} to choose from: at most {MOST_CHOICES}, each once, none blank.")
        problems += [
            f"{what.capitalize()} have at most {LONGEST_NAME} characters each."
            for choice in choices
            if len(choice) > LONGEST_NAME
        ][:1]
    known = {what_if.name for what_if in scenario.what_ifs}
    problems += [f"There is no what-if {name}." for name in plan.what_ifs if name not in known]
    if problems:
        raise WorkshopError("\n".join(problems))


def _checked_participant(workshop: Workshop, one: Participant) -> Participant:
    name = "" if workshop.plan.is_anonymous else read_name(one.name)
    if not name and not workshop.plan.is_anonymous:
        raise WorkshopError("Write your name: this workshop shows names.")
    for what, chosen, choices in (("role", one.role, workshop.plan.roles), ("place", one.place, workshop.plan.places)):
        if chosen and chosen not in choices:
            raise WorkshopError(f"Choose one of the {what}s of the list.")
    return Participant(one.participant_id, name, one.role, one.place)


def _workshops() -> Any:
    return select(*(column for column in WORKSHOPS.c if column.name != "scenario"))


def _found(connection: Connection, which: Any) -> Row[Any]:
    row: Row[Any] | None = connection.execute(_workshops().where(which)).one_or_none()
    if row is None:
        raise NoWorkshopError(NOT_ENTERED)
    return row


def _held(connection: Connection, workshop_id: str) -> Row[Any]:
    """Read a workshop and hold its row until the transaction ends."""
    row: Row[Any] | None = connection.execute(
        _workshops().where(WORKSHOPS.c.workshop_id == workshop_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NoWorkshopError(NOT_ENTERED)
    return row


def _workshop(row: Row[Any]) -> Workshop:
    try:
        return Workshop(
            workshop_id=row.workshop_id,
            code=row.code,
            plan=WorkshopPlan.from_text(row.title, row.plan),
            state=State.from_text(row.state),
            scenario_hash=row.scenario_hash,
            settings=dict(json.loads(row.settings)),
            created_at=row.created_at,
            is_illustrative=bool(row.is_illustrative),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"The workshop {row.code} cannot be read: its row is damaged.") from error


def _entry(row: Row[Any], place: int) -> Entry:
    one = Participant(row.participant_id, row.name, row.role, row.place)
    try:
        answer = json.loads(row.answer)
    except ValueError as error:
        raise StoreError(f"Answer {row.answer_id} cannot be read: its row is damaged.") from error
    return Entry(row.answer_id, one, row.question, place, answer, row.comment, row.at, row.out is not None)


def _last_that_counts(connection: Connection, mine: Any, state: State) -> str | None:
    """Return when the last answer that counts was given: one of a round that was reset does not."""
    query = select(ANSWERS.c.at).where(mine, ANSWERS.c.round.in_(state.rounds))
    at: str | None = connection.execute(query.order_by(ANSWERS.c.answer_id.desc()).limit(1)).scalar_one_or_none()
    return at


def free_code(connection: Connection) -> str:
    """Find a code that no workshop has."""
    for _ in range(_TRIES):
        code = new_code()
        if connection.execute(select(WORKSHOPS.c.code).where(WORKSHOPS.c.code == code)).first() is None:
            return code
    raise WorkshopError("No free code was found. Try again.")


def _last_move(workshop_id: str) -> Any:
    return select(MOVES).where(MOVES.c.workshop_id == workshop_id).order_by(MOVES.c.move_id.desc()).limit(1)


def _taken_back(connection: Connection, workshop_id: str) -> State:
    row = connection.execute(_last_move(workshop_id)).first()
    if row is None:
        raise WorkshopError("There is nothing to take back.")
    connection.execute(delete(MOVES).where(MOVES.c.move_id == row.move_id))
    now = connection.execute(select(WORKSHOPS.c.state).where(WORKSHOPS.c.workshop_id == workshop_id)).scalar_one()
    before = State.from_text(row.before)
    # numbers of rounds are used once, so that answers to a round that was taken back never come up in another
    return State(**{**vars(before), "last": max(before.last, State.from_text(now).last)})
