"""The tables of the database. A change of them comes with a step under `migrations/versions`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

METADATA = MetaData()

# scenario: a zip of the scenario that the ballots are about. settings: in force when the room was opened, as JSON.
# plan: questions, roles, places and what-ifs, as JSON. state: rounds, what is asked, the timer, as JSON.
WORKSHOPS = Table(
    "workshops",
    METADATA,
    Column("workshop_id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("key_hash", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("scenario_hash", Text, nullable=False),
    Column("scenario", LargeBinary, nullable=False),
    Column("settings", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_illustrative", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
)

# What was the state before each move of the facilitator, for undo.
MOVES = Table(
    "moves",
    METADATA,
    Column("move_id", Integer, primary_key=True, autoincrement=True),
    Column("workshop_id", Text, ForeignKey("workshops.workshop_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_autoincrement=True,
)

PARTICIPANTS = Table(
    "participants",
    METADATA,
    Column("participant_id", Text, primary_key=True),
    Column("workshop_id", Text, ForeignKey("workshops.workshop_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("joined_at", Text, nullable=False),
)

# Every answer that was acknowledged, in the order of coming; the last of a participant to a question counts.
# submission: what the phone calls this sending, so that a second sending of the same counts once.
ANSWERS = Table(
    "answers",
    METADATA,
    Column("answer_id", Integer, primary_key=True, autoincrement=True),
    Column("participant_id", Text, ForeignKey("participants.participant_id", ondelete="CASCADE"), nullable=False),
    Column("round", Integer, nullable=False),
    Column("question", Integer, nullable=False),
    Column("submission", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", Text, nullable=False),
    UniqueConstraint("participant_id", "submission", name="one_submission"),
    Index("answers_of_a_round", "participant_id", "round", "question"),
    sqlite_autoincrement=True,
)

# Comments that the facilitator released for the paper.
RELEASED = Table(
    "released",
    METADATA,
    Column("answer_id", Integer, ForeignKey("answers.answer_id", ondelete="CASCADE"), primary_key=True),
    Column("at", Text, nullable=False),
)

# What was decided: entries are added and never changed. before, hash: the links of the chain. content: everything but
# these and the scenario, as JSON. scenario: the whole of it, as a zip; empty where an entry withdraws.
DECISIONS = Table(
    "decisions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("before", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("scenario", LargeBinary, nullable=False),
)
