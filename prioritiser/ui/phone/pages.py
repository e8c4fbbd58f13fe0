"""The pages that participants meet, whole: a code, who comes in, a question, what was sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import counted, shares_of_100
from prioritiser.ui.components.markup import NOTHING, Markup, Part, element, together, void
from prioritiser.ui.phone.ballot import HEADINGS, Ballot, ballot_form
from prioritiser.ui.phone.fields import groups_of
from prioritiser.ui.phone.words import READ_ALONG, round_name
from prioritiser.workshop.link import ROOM_PATH
from prioritiser.workshop.records import Entry, Kind, Question, Workshop
from prioritiser.workshop.store import clock_time

_ASSETS = Path(__file__).parent / "assets"
ASSETS = {"phone.js": "text/javascript; charset=utf-8", "phone.css": "text/css; charset=utf-8"}
_UNANSWERED = "Not answered yet."


@lru_cache(maxsize=len(ASSETS))
def asset(name: str) -> bytes:
    """Return the bytes of a file that the pages bring along, without what indents its lines."""
    lines = (_ASSETS / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip()).encode()


@lru_cache(maxsize=len(ASSETS))
def asset_path(name: str) -> str:
    """Return its address, another for each content, so that it may be kept for good."""
    return f"{ROOM_PATH}/{name}?v={hashlib.sha256(asset(name)).hexdigest()[:12]}"


@dataclass(frozen=True)
class Place:
    """Where a participant is: what every page of a room shows and its script needs.

    path: of the room. mark: changes whenever the room moves on. is_member: whether the phone has joined. closed: what
    is said of a closed room, empty while it is open. seconds_left: of the time for talking; 0 for no timer.
    """

    workshop: Workshop
    path: str
    mark: str
    is_member: bool = False
    is_illustrative: bool = False
    closed: str = ""
    seconds_left: int = 0


def page(title: str, *main: Part, problem: str = "", place: Place | None = None, question: int | None = None) -> str:
    """Build a whole page. problem: what was refused, above everything. question: position of the one that is asked."""
    count = len(place.workshop.plan.questions) if place is not None else 0
    which = f"Question {question + 1} of {count}" if question is not None and count > 1 else ""
    name = f"{'Problem: ' if problem else ''}{title} – Prioritiser"
    head = element(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", name),
        void("link", rel="icon", href="data:,"),
        void("link", rel="stylesheet", href=asset_path("phone.css")),
        element("script", src=asset_path("phone.js"), defer=""),
    )
    about: dict[str, str | None] = {}
    if place is not None and place.is_member:
        about = {"data_room": place.path, "data_mark": place.mark}
    if question is not None:
        about["data_question"] = str(question + 1)
    told = element("p", problem, id="problem", class_="problem", role="alert", tabindex="-1") if problem else NOTHING
    body = element(
        "body",
        _banner(place),
        element(
            "main",
            told,
            element("p", which, class_="quiet which") if which else NOTHING,
            element("h1", title, tabindex="-1"),
            *main,
        ),
        element("p", "", id="said", role="status"),
        **about,
    )
    return f"<!doctype html>{element('html', head, body, lang='en-GB')}"


def _banner(place: Place | None) -> Markup:
    if place is None:
        return element("header", element("strong", "Prioritiser"))
    state = place.workshop.state
    parts = [f"Round {len(state.rounds)}"] if len(state.rounds) > 1 else []
    parts += ["Illustrative figures"] if place.is_illustrative else []
    timer = element("span", _clock(place.seconds_left), id="timer") if place.seconds_left else NOTHING
    return element(
        "header",
        element("strong", place.workshop.title),
        *(element("span", part) for part in parts),
        timer,
        element("p", place.closed, class_="closed") if place.closed else NOTHING,
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d} left"


def code_page(typed: str = "", problem: str = "") -> str:
    """Ask for a room's code."""
    form = element(
        "form",
        _text("code", "Code", typed, hint="Six letters, as shown in the room.", capitals=True, is_wrong=bool(problem)),
        element("button", "Go in", type="submit", class_="send"),
        method="post",
        action=ROOM_PATH,
        novalidate="",
    )
    return page("Enter the code of the room", form, problem=problem)


def key_page(action: str, is_secure: bool, problem: str = "") -> str:
    """Ask for a facilitator's key."""
    warned = NOTHING if is_secure else element("p", READ_ALONG, class_="quiet")
    form = element(
        "form",
        _text(
            "key",
            "Key",
            "",
            hint="Five groups of five letters, given when the room was opened.",
            capitals=True,
            is_wrong=bool(problem),
        ),
        element("button", "Open the pages", type="submit", class_="send"),
        method="post",
        action=action,
        novalidate="",
    )
    return page("The facilitator's key", form, warned, problem=problem)


def join_page(place: Place, fields: Mapping[str, str], seen_by: Sequence[str], problem: str = "") -> str:
    """Ask who comes in: a name unless the room is anonymous, a role and a place where there are lists of them."""
    plan = place.workshop.plan
    inputs: list[Part] = [void("input", type="hidden", name="submission", value=fields.get("submission", ""))]
    if not plan.is_anonymous:
        inputs.append(_text("name", "Your name", fields.get("name", ""), is_wrong=bool(problem)))
    for name, label, choices in (("role", "Your role", plan.roles), ("place", "Your place", plan.places)):
        if choices:
            inputs.append(_choice(name, label, choices, fields.get(name, "")))
    form = element(
        "form",
        *inputs,
        element("button", "Join", type="submit", class_="send"),
        method="post",
        action=place.path,
        novalidate="",
    )
    return page("Join the room", form, _seen_by(seen_by), problem=problem, place=place)


def _text(
    name: str, label: str, value: str, *, hint: str = "", capitals: bool = False, is_wrong: bool = False
) -> Markup:
    described = " ".join([*([f"{name}-hint"] if hint else []), *(["problem"] if is_wrong else [])])
    about: dict[str, str | None] = {"autocapitalize": "characters", "spellcheck": "false"} if capitals else {}
    box = void(
        "input",
        type="text",
        id=name,
        name=name,
        value=value,
        autocomplete="off",
        aria_describedby=described or None,
        aria_invalid="true" if is_wrong else None,
        **about,
    )
    return together(
        (
            element("label", label, for_=name, class_="asked"),
            element("p", hint, id=f"{name}-hint", class_="quiet") if hint else NOTHING,
            box,
        )
    )


def _choice(name: str, label: str, choices: Sequence[str], chosen: str) -> Markup:
    options = [element("option", "I would rather not say", value="")]
    options += [
        element("option", choice, value=choice, **({"selected": ""} if choice == chosen else {})) for choice in choices
    ]
    return together(
        (element("label", label, for_=name, class_="asked"), element("select", *options, id=name, name=name))
    )


def _seen_by(sentences: Sequence[str]) -> Markup:
    return element(
        "section", element("h2", "Who sees what"), *(element("p", one) for one in sentences), class_="seen-by"
    )


def question_page(place: Place, position: int, ballot: Ballot, submission: str, stands: str = "") -> str:
    """Ask one question. stands: what is said of an answer of the participant that is filled in."""
    told = element("p", stands, class_="stands") if stands else NOTHING
    form = ballot_form(ballot, f"{place.path}/{position + 1}", submission)
    back = element("p", element("a", "What I have sent", href=f"{place.path}/sent"))
    heading = HEADINGS[ballot.question.kind]
    return page(heading, told, form, back, problem=ballot.problem, place=place, question=position)


@dataclass(frozen=True)
class Sent:
    """What a participant has sent. entries: by position of the question. seen_by: who sees what, a sentence each."""

    place: Place
    scenario: Scenario
    settings: Settings
    entries: Mapping[int, Entry] = field(default_factory=dict)
    seen_by: Sequence[str] = ()


def sent_page(sent: Sent, problem: str = "") -> str:
    """Show what was sent, with its time, and who sees it."""
    place, plan = sent.place, sent.place.workshop.plan
    asked = [number for number in range(len(plan.questions)) if place.workshop.state.asks(number)]
    parts: list[Part] = [_question_sent(sent, number) for number in asked]
    if not place.closed:
        waits = len(asked) < len(plan.questions)
        coming = "The next question comes when the facilitator asks it." if waits else "There may be another round."
        parts.append(element("p", coming, class_="coming"))
        parts.append(element("p", element("a", "Look again", href=place.path)))
    title = "What you have sent" if sent.entries else "Nothing sent yet"
    return page(title, *parts, _seen_by(sent.seen_by), problem=problem, place=place)


def _question_sent(sent: Sent, number: int) -> Markup:
    place, entry = sent.place, sent.entries.get(number)
    question = place.workshop.plan.questions[number]
    rounds, path = len(place.workshop.state.rounds), f"{place.path}/{number + 1}"
    if entry is None:
        said, link = element("p", _UNANSWERED, class_="unanswered"), "Answer"
    else:
        is_now = entry.round == rounds - 1
        when = f"Sent at {clock_time(entry.at)}"
        until = "It counts." if place.closed else "It counts until you answer again."
        stands = "." if is_now else f", in the {round_name(entry.round)}. {until}"
        said, link = element("p", when + stands, class_="when"), "Change" if is_now else "Answer again"
    shown = _answer_shown(sent, question, entry) if entry is not None else NOTHING
    heading = HEADINGS[question.kind]
    way = element("a", f"{link}: {heading}", href=path, class_="way") if not place.closed else NOTHING
    return element("section", element("h2", f"{number + 1}. {heading}"), said, shown, way, class_="sent")


def _answer_shown(sent: Sent, question: Question, entry: Entry) -> Markup:
    comment = element("blockquote", entry.comment) if entry.comment else NOTHING
    if question.kind is Kind.SUPPORT:
        return together((_support_shown(sent.scenario, entry.answer), comment))
    parts: list[Part] = []
    for group in groups_of(question, sent.scenario, sent.settings):
        given = entry.answer.get("tiers" if group.is_of_tiers else "goals", {})
        known = [one for one in group.swings if one.key in given]
        rows = [element("li", f"{one.name}: ", element("strong", f"{given[one.key]:g}")) for one in known]
        if rows:
            parts.append(element("ul", *rows))
    if question.kind is Kind.POINTS:
        parts.append(_in_proportion(sent, entry.answer.get("tiers", {})))
    return together((*parts, comment))


def _in_proportion(sent: Sent, given: Mapping[str, Any]) -> Markup:
    """Say how points count that do not add up to 100."""
    total = sum(float(value) for value in given.values())
    if abs(total - 100) < 1e-9 or total <= 0:
        return NOTHING
    shares = shares_of_100([float(value) for value in given.values()])
    counted_as = ", ".join(f"{share}" for share in shares)
    return element(
        "p", f"These are {total:g} points; they count in proportion, as {counted_as} of 100.", class_="quiet"
    )


def _support_shown(scenario: Scenario, answer: Mapping[str, Any]) -> Markup:
    parts: list[Part] = []
    rest = len(scenario.initiative_by_id)
    for key, words in (("must", "Must do"), ("without", "Can live without")):
        names = [scenario.initiative_by_id[name].label for name in answer.get(key, ())]
        rest -= len(names)
        listed = element("ul", *(element("li", name) for name in names)) if names else NOTHING
        parts.append(together((element("h3", f"{words}: {len(names)}"), listed)))
    return together((*parts, element("p", f"No view on {counted(rest, 'initiative')}.", class_="quiet")))


def again_page(action: str, fields: Mapping[str, str], problem: str) -> str:
    """Hold what was sent, whatever it was, and offer to send it again; for when it could not be kept."""
    form = element(
        "form",
        *(void("input", type="hidden", name=name, value=value) for name, value in fields.items()),
        element("button", "Send it again", type="submit", class_="send"),
        method="post",
        action=action,
    )
    return page(
        "Not kept yet",
        element("p", "What you wrote is in this page. Send it again in a moment."),
        form,
        problem=problem,
    )


def plain_page(title: str, words: str, href: str = ROOM_PATH, link: str = "Enter a code") -> str:
    """Say one thing, with one way on."""
    return page(title, element("p", words), element("p", element("a", link, href=href, class_="way")))
