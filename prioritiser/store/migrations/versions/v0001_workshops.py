"""Step 1: workshops, their participants and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "workshops",
        sa.Column("workshop_id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("key_hash", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("scenario_hash", sa.Text, nullable=False),
        sa.Column("scenario", sa.LargeBinary, nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("is_illustrative", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_table(
        "moves",
        sa.Column("move_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("workshop_id", sa.Text, sa.ForeignKey("workshops.workshop_id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_moves_workshop_id", "moves", ["workshop_id"])
    op.create_table(
        "participants",
        sa.Column("participant_id", sa.Text, primary_key=True),
        sa.Column("workshop_id", sa.Text, sa.ForeignKey("workshops.workshop_id", ondelete="CASCADE"), nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("joined_at", sa.Text, nullable=False),
    )
    op.create_index("ix_participants_workshop_id", "participants", ["workshop_id"])
    op.create_table(
        "answers",
        sa.Column("answer_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "participant_id", sa.Text, sa.ForeignKey("participants.participant_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("submission", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.UniqueConstraint("participant_id", "submission", name="one_submission"),
        sqlite_autoincrement=True,
    )
    op.create_index("answers_of_a_round", "answers", ["participant_id", "round", "question"])
    op.create_table(
        "released",
        sa.Column("answer_id", sa.Integer, sa.ForeignKey("answers.answer_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
    )
