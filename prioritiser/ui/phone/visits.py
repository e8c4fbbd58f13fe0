"""What a phone is answered: a code is looked up, a participant comes in, a question is asked, an answer is kept."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from prioritiser.errors import ClosedError, NoWorkshopError, StoreError, WorkshopError
from prioritiser.recent import Recent
from prioritiser.report.build import is_illustrative
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.spelling import visible
from prioritiser.ui.phone import pages, words
from prioritiser.ui.phone.ballot import Ballot
from prioritiser.ui.phone.fields import COMMENT, FieldError, answer_of, fields_of
from prioritiser.ui.phone.pages import Place, Sent
from prioritiser.ui.phone.replies import Asked, Reply
from prioritiser.ui.server.gate import KEY_COOKIE, KEY_TRIES
from prioritiser.ui.server.room_store import room_store
from prioritiser.ui.server.tries import FailedTries
from prioritiser.workshop.codes import read_code
from prioritiser.workshop.link import ROOM_PATH
from prioritiser.workshop.records import Entry, Participant, Workshop
from prioritiser.workshop.store import NOT_ENTERED, WorkshopStore, clock_time, closed_words, settings_of

TOKEN = "room_"  # and the code: a phone may take part in several rooms
FACILITATE = "facilitate"
_TOKEN_DAYS, _KEY_DAYS = 90.0, 0.5
_AGAIN_S = 5
_NO_NAME = re.compile(r"[^0-9A-Za-z-]")
_LOG = logging.getLogger("prioritiser")


@dataclass(frozen=True)
class _Visit:
    """A participant in a room. path: of the room, by the code that the phone came with."""

    workshop: Workshop
    participant: Participant
    token: str
    path: str


class Phones:
    """Answers phones, for any number of threads. store: gives the workshops; codes, keys: what failed lately."""

    def __init__(
        self,
        store: Callable[[], WorkshopStore] = room_store,
        codes: FailedTries | None = None,
        keys: FailedTries = KEY_TRIES,
    ) -> None:
        self._store, self._codes, self._keys = store, codes or FailedTries(), keys
        self._joining: Recent[str, _Joining] = Recent(1000)
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Reply:
        """Answer one request."""
        try:
            return self._answered(asked)
        except StoreError as error:
            _LOG.warning("%s", visible(f"A phone was told to try again. {error}"))
            return not_kept(asked)

    def _answered(self, asked: Asked) -> Reply:
        if asked.path == ():
            return self._code(asked)
        if asked.path == (FACILITATE,):
            return self._key(asked)
        code, *rest = asked.path
        found = read_code(code)
        if found and found != code and not asked.is_post:
            return Reply(303, to=quote("/".join([ROOM_PATH, found, *rest])))
        return self._in_room(asked, found, rest)

    def _in_room(self, asked: Asked, code: str, rest: list[str]) -> Reply:
        what = rest[0] if len(rest) == 1 else "" if not rest else "/"
        if what == "":
            return self._room(asked, code)
        if what == "state":
            return self._state(asked, code)
        if what == "sent" and not asked.is_post:
            return self._sent(asked, code)
        if what.isascii() and what.isdigit() and len(what) < 4:
            return self._question(asked, code, int(what) - 1)
        return nothing_here()

    def _code(self, asked: Asked) -> Reply:
        if not asked.is_post:
            return Reply(page=pages.code_page())
        typed = asked.fields.get("code", "")[:60]
        code = read_code(typed)
        if self._known(asked, code) is not None:
            return Reply(303, to=f"{ROOM_PATH}/{code}")
        found = self._open(asked, code, typed)
        return found if isinstance(found, Reply) else Reply(303, to=f"{ROOM_PATH}/{code}")

    def _key(self, asked: Asked) -> Reply:
        action = f"{ROOM_PATH}/{FACILITATE}"
        if not asked.is_post:
            return Reply(page=pages.key_page(action, asked.is_secure))
        key = "".join(letter for letter in asked.fields.get("key", "").upper()[:200] if "A" <= letter <= "Z")[:60]
        found = self._keys.tried(asked.device, lambda: self._store().by_key(key))
        if isinstance(found, int):
            told = words.wait_words("key", found)
            return Reply(429, page=pages.key_page(action, asked.is_secure, told), wait_s=found, same_time=True)
        if found is None:
            return Reply(404, page=pages.key_page(action, asked.is_secure, words.WRONG_KEY), same_time=True)
        return Reply(303, to="/", cookies={KEY_COOKIE: (key, "/", _KEY_DAYS)})

    def _known(self, asked: Asked, code: str) -> _Visit | None:
        """Who a phone is in the room of a code, open or closed; None for one that has no token of it."""
        token = asked.cookies.get(f"{TOKEN}{code}", "") if code else ""
        found = self._store().known(token) if token else None
        return None if found is None else _Visit(*found, token, f"{ROOM_PATH}/{code}")

    def _open(self, asked: Asked, code: str, typed: str = "") -> Workshop | Reply:
        """The open workshop of a code, or the answer for a wrong, an unknown and a closed one, which is the same."""
        found = self._codes.tried(asked.device, lambda: self._open_workshop(code))
        if isinstance(found, Workshop):
            return found
        status, told = (404, NOT_ENTERED) if found is None else (429, words.wait_words("code", found))
        if asked.by_script:
            return Reply(status, told={"words": told}, wait_s=found or 0, same_time=True)
        return Reply(status, page=pages.code_page(typed, told), wait_s=found or 0, same_time=True)

    def _open_workshop(self, code: str) -> Workshop | None:
        try:
            found = self._store().by_code(code)
        except NoWorkshopError:
            return None
        return found if found.state.is_open else None

    def _room(self, asked: Asked, code: str) -> Reply:
        visit = self._known(asked, code)
        if visit is not None:
            return Reply(303, to=self._next(visit, self._entries(visit)))
        found = self._open(asked, code)
        if isinstance(found, Reply):
            return found
        place = _place(found, f"{ROOM_PATH}/{code}")
        seen_by = words.who_sees(found, asked.is_secure)
        if not asked.is_post:
            problem = words.NO_COOKIE if "joined" in asked.query else ""
            return Reply(page=pages.join_page(place, {"submission": secrets.token_hex(16)}, seen_by, problem))
        try:
            token = self._joined(asked, code)
        except NoWorkshopError:  # it was closed at this moment
            return Reply(404, page=pages.code_page("", NOT_ENTERED), same_time=True)
        except WorkshopError as error:
            return Reply(400, page=pages.join_page(place, asked.fields, seen_by, str(error)))
        cookies = {f"{TOKEN}{code}": (token, ROOM_PATH, _TOKEN_DAYS)}
        return Reply(303, to=f"{ROOM_PATH}/{code}?joined=1", cookies=cookies)

    def _joined(self, asked: Asked, code: str) -> str:
        """Join, once for each form however often it is sent; returns the token."""
        form = asked.fields.get("submission", "")[:64] or secrets.token_hex(16)
        with self._lock:
            joining = self._joining.recall_or(f"{code} {form}", _Joining)
        with joining.lock:
            if not joining.token:
                name, role, place = (" ".join(asked.fields.get(key, "").split()) for key in ("name", "role", "place"))
                _, joining.token = self._store().join(code, name, role, place)
            return joining.token

    def _entries(self, visit: _Visit) -> dict[int, Entry]:
        """Answers of a participant that count, by position of the question."""
        found = self._store().entries(visit.workshop, participant=visit.participant.participant_id)
        return {entry.question: entry for entry in found}

    def _next(self, visit: _Visit, entries: dict[int, Entry]) -> str:
        """Where to go: to the first question that is asked and not answered in this round, else to what was sent."""
        state = visit.workshop.state
        now = len(state.rounds) - 1
        for number in range(len(visit.workshop.plan.questions)) if state.is_open else ():
            if state.asks(number) and (number not in entries or entries[number].round < now):
                return f"{visit.path}/{number + 1}"
        return f"{visit.path}/sent"

    def _state(self, asked: Asked, code: str) -> Reply:
        visit = self._known(asked, code)
        if visit is None:
            found = self._open(asked, code)
            return found if isinstance(found, Reply) else Reply(404, told={"words": words.JOIN_AGAIN})
        place = self._place_of(visit, self._entries(visit))
        return Reply(told={"mark": place.mark, "closed": place.closed, "left": place.seconds_left})

    def _sent(self, asked: Asked, code: str) -> Reply:
        visit = self._known(asked, code)
        if visit is None:
            return self._to_join(asked, code)
        return Reply(page=self._sent_page(asked, visit))

    def _sent_page(self, asked: Asked, visit: _Visit, problem: str = "") -> str:
        scenario, settings = self._about(visit)
        entries = self._entries(visit)
        seen_by = words.who_sees(visit.workshop, asked.is_secure)
        return pages.sent_page(Sent(self._place_of(visit, entries), scenario, settings, entries, seen_by), problem)

    def _to_join(self, asked: Asked, code: str) -> Reply:
        found = self._open(asked, code)
        return found if isinstance(found, Reply) else Reply(303, to=f"{ROOM_PATH}/{code}")

    def _question(self, asked: Asked, code: str, number: int) -> Reply:
        visit = self._known(asked, code)
        if visit is None and asked.by_script:
            found = self._open(asked, code)
            return found if isinstance(found, Reply) else Reply(404, told={"words": words.JOIN_AGAIN})
        if visit is None:
            return self._to_join(asked, code)
        if asked.is_post:
            return self._taken(asked, visit, number)
        state, entries = visit.workshop.state, self._entries(visit)
        if not 0 <= number < len(visit.workshop.plan.questions) or not state.asks(number) or not state.is_open:
            return Reply(303, to=self._next(visit, entries))
        scenario, settings = self._about(visit)
        question, entry = visit.workshop.plan.questions[number], entries.get(number)
        fields = fields_of(question, scenario, settings, entry.answer, entry.comment) if entry else {}
        ballot = Ballot(question, scenario, settings, fields)
        stands = _stands(entry, len(state.rounds) - 1) if entry else ""
        return Reply(page=pages.question_page(self._place_of(visit, entries), number, ballot, _nonce(), stands))

    def _taken(self, asked: Asked, visit: _Visit, number: int) -> Reply:
        """Take an answer; what is refused comes back in its form, with the reason."""
        questions = visit.workshop.plan.questions
        scenario, settings = self._about(visit)
        try:
            if not 0 <= number < len(questions):
                raise WorkshopError("This question is not asked here.")
            given = answer_of(questions[number], scenario, settings, asked.fields)
            receipt = self._store().answer(
                visit.token, number, given, asked.fields.get(COMMENT, ""), _submission(asked, visit.workshop)
            )
        except WorkshopError as error:
            return self._refused(asked, visit, number, error)
        go_on = self._next(visit, self._entries(visit))
        if asked.by_script:
            at = clock_time(receipt.at)
            return Reply(told={"next": go_on, "at": at, "words": f"Sent at {at}."})
        return Reply(303, to=go_on)

    def _refused(self, asked: Asked, visit: _Visit, number: int, error: WorkshopError) -> Reply:
        status, told = 409 if isinstance(error, ClosedError) else 400, str(error)
        wrong = error.field if isinstance(error, FieldError) else ""
        if asked.by_script:
            return Reply(status, told={"words": told, "field": wrong, "closed": isinstance(error, ClosedError)})
        if not 0 <= number < len(visit.workshop.plan.questions):
            return Reply(status, page=self._sent_page(asked, visit, told))
        scenario, settings = self._about(visit)
        ballot = Ballot(visit.workshop.plan.questions[number], scenario, settings, asked.fields, told, wrong)
        place = self._place_of(visit, self._entries(visit))
        return Reply(status, page=pages.question_page(place, number, ballot, _nonce()))

    def _about(self, visit: _Visit) -> tuple[Scenario, Settings]:
        scenario = self._store().scenario(visit.workshop)
        return scenario, settings_of(visit.workshop, scenario)

    def _place_of(self, visit: _Visit, entries: dict[int, Entry]) -> Place:
        last = max((entry.at for entry in entries.values()), default=None)
        closed = "" if visit.workshop.state.is_open else closed_words(last)
        place = _place(visit.workshop, visit.path)
        illustrative = place.is_illustrative or is_illustrative(self._store().scenario(visit.workshop))
        return replace(place, is_member=True, is_illustrative=illustrative, closed=closed)


class _Joining:
    """A form by which somebody joins. token: empty until it is done."""

    def __init__(self) -> None:
        self.lock, self.token = threading.Lock(), ""


def nothing_here() -> Reply:
    """Answer a path that does not exist."""
    return Reply(404, page=pages.plain_page("There is nothing here", "This address leads to no page of a room."))


def _place(workshop: Workshop, path: str) -> Place:
    state = workshop.state
    mark = f"{state.round}.{'all' if state.asked is None else state.asked}.{int(state.is_open)}"
    shown, left = workshop.is_illustrative, words.seconds_left(state)
    return Place(workshop, path, mark, is_illustrative=shown, seconds_left=left)


def _stands(entry: Entry, now: int) -> str:
    if entry.round == now:
        return f"You sent this at {clock_time(entry.at)}. You can change it until the room is closed."
    return f"Your answer of the {words.round_name(entry.round)} is filled in. Send it again as it is, or change it."


def _nonce() -> str:
    return secrets.token_hex(12)


def _submission(asked: Asked, workshop: Workshop) -> str:
    """What a sending is called. A script makes a new name for each; a plain form that is sent twice has the same.

    So what a plain form holds is part of its name: changed after a step back, it is another sending.
    """
    name = _NO_NAME.sub("", asked.fields.get("submission", ""))[:32]
    if asked.by_script:
        return name
    told = repr((workshop.state.round, sorted(pair for pair in asked.fields.items() if pair[0] != "submission")))
    return f"{name}-{hashlib.sha256(told.encode()).hexdigest()[:30]}"


def not_kept(asked: Asked) -> Reply:
    """Answer while the database cannot be used; what a form held goes back with the answer."""
    told = words.NOT_KEPT if asked.is_post else words.NOT_SHOWN
    if asked.by_script:
        return Reply(503, told={"words": told}, wait_s=_AGAIN_S)
    action = quote("/".join([ROOM_PATH, *asked.path]))
    if asked.is_post:
        return Reply(503, page=pages.again_page(action, asked.fields, told), wait_s=_AGAIN_S)
    return Reply(503, page=pages.plain_page("Try again in a moment", told, action, "Try again"), wait_s=_AGAIN_S)
