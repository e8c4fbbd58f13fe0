"""The form of one question: swing weights, 100 points, or what must be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import batched

from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.text.formatting import NO_BREAK, amount
from prioritiser.ui.components.markup import NOTHING, Markup, Part, element, together, void
from prioritiser.ui.phone.affordable import Affordable, affordable
from prioritiser.ui.phone.fields import COMMENT, MUST, WITHOUT, Group, groups_of
from prioritiser.workshop.answers import JUDGED, Swing
from prioritiser.workshop.records import Kind, Question
from prioritiser.workshop.texts import LONGEST_COMMENT

HEADINGS = {
    Kind.SWING: "Which moves matter most?",
    Kind.POINTS: "Share 100 points",
    Kind.SUPPORT: "What must be done?",
}
_INTRODUCTIONS = {
    Kind.SWING: "Each line is a move from where we are to where we could be. Weigh the whole move, not its name.",
    Kind.POINTS: "Give the most points to the moves that matter most to you.",
    Kind.SUPPORT: "Say what must be done, and what you can live without. Leave out what you have no view on.",
}
_MARKS = {"national": "●", "local": "▲", "long_term": "■"}  # as the weight triangle on the projector has them
_ON_A_SCREEN = 8  # initiatives, where a script shows one step at a time
_SCALE = "100: worth as much as the one that matters most. 50: half as much. 0: nothing."


@dataclass(frozen=True)
class Ballot:
    """A question as it is asked on a phone. fields: what its inputs hold; problem: what was refused, and where."""

    question: Question
    scenario: Scenario
    settings: Settings
    fields: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    wrong_field: str = ""


def ballot_form(ballot: Ballot, action: str, submission: str) -> Markup:
    """Build the form. action: where it is sent; submission: what this sending is called."""
    kind = ballot.question.kind
    steps = {Kind.SWING: _swing_steps, Kind.POINTS: _points_steps, Kind.SUPPORT: _support_steps}[kind](ballot)
    wrong = {"data_wrong": ballot.wrong_field} if ballot.wrong_field else {}
    return element(
        "form",
        void("input", type="hidden", name="submission", value=submission),
        element("p", _INTRODUCTIONS[kind], class_="introduction"),
        *steps,
        class_="ballot",
        id="ballot",
        method="post",
        action=action,
        novalidate="",
        data_kind=str(kind),
        **wrong,
    )


def _step(heading: str, *parts: Part, kind: str = "", **attributes: str | None) -> Markup:
    return element(
        "section", element("h2", heading, tabindex="-1"), *parts, class_=f"step {kind}".strip(), **attributes
    )


def _last(ballot: Ballot) -> Markup:
    """The comment and the button that sends: the end of every question."""
    told = "comment-count"
    return together(
        (
            element("label", "A comment, if you like", for_=COMMENT, class_="asked"),
            element(
                "textarea",
                "\n",
                ballot.fields.get(COMMENT, ""),
                id=COMMENT,
                name=COMMENT,
                rows="4",
                aria_describedby=told,
            ),
            element(
                "p", f"At most {LONGEST_COMMENT:,} characters.", id=told, class_="quiet", data_most=str(LONGEST_COMMENT)
            ),
            element("button", "Send", type="submit", class_="send"),
        )
    )


def _swing_steps(ballot: Ballot) -> list[Markup]:
    groups = groups_of(ballot.question, ballot.scenario, ballot.settings)
    steps: list[Markup] = []
    for group in groups:
        if len(group.swings) > 1:
            steps += [_most_step(ballot, group), _worth_step(ballot, group)]
    return [*steps, _step("Send your answer", _last(ballot), kind="last")]


def _most_step(ballot: Ballot, group: Group) -> Markup:
    within = "" if group.is_of_tiers else f"{_tier_name(ballot, group)}: "
    hint = "It gets 100." if group.is_of_tiers else "It gets 100. Without a view, these goals keep their weights."
    heading = f"{within}which of these moves matters most?"
    choices = [_choice(ballot, group, one) for one in group.swings]
    if not group.is_of_tiers:
        chosen = not ballot.fields.get(group.most)
        choices.append(_radio(group.most, "", chosen, element("strong", "No view on these")))
    return _step(
        heading[0].upper() + heading[1:],
        element("p", hint, class_="quiet"),
        element("fieldset", element("legend", heading, class_="unseen"), *choices),
        data_group=group.key,
        data_part="most",
    )


def _tier_name(ballot: Ballot, group: Group) -> str:
    tiers = groups_of(ballot.question, ballot.scenario, ballot.settings)[0]
    return next(one.name for one in tiers.swings if one.key == group.key)


def _choice(ballot: Ballot, group: Group, one: Swing) -> Markup:
    chosen = ballot.fields.get(group.most) == one.key
    return _radio(group.most, one.key, chosen, _named(group, one), _said(one))


def _named(group: Group, one: Swing) -> Markup:
    mark = _MARKS.get(one.key, "") if group.is_of_tiers else ""
    shape = element("span", f"{mark} ", class_=one.key, aria_hidden="true") if mark else NOTHING
    return element("strong", shape, one.name)


def _radio(name: str, value: str, chosen: bool, *parts: Part) -> Markup:
    checked = {"checked": ""} if chosen else {}
    return element(
        "label",
        void("input", type="radio", name=name, value=value, **checked),
        element("span", *parts),
        class_="choice",
    )


def _said(one: Swing) -> Markup:
    if not one.parts:
        return _line(f"{one.said}{JUDGED if one.is_judged else ''}")
    return together(_line(part) for part in one.parts)


def _line(text: str) -> Markup:
    """Write one move, its percentages never parted at the end of a line."""
    return element("span", text.replace(" %", f"{NO_BREAK}%"), class_="move")


def _worth_step(ballot: Ballot, group: Group) -> Markup:
    within = "" if group.is_of_tiers else f"{_tier_name(ballot, group)}: "
    heading = f"{within}how much is each of the others worth beside it?"
    rows = [_number_row(ballot, group, one) for one in group.swings]
    note = element("p", "The move that you chose counts as 100, whatever stands beside it.", class_="plain quiet")
    shown = heading[0].upper() + heading[1:]
    return _step(shown, element("p", _SCALE, class_="quiet"), note, *rows, data_group=group.key, data_part="worth")


def _number_row(ballot: Ballot, group: Group, one: Swing) -> Markup:
    name = group.worth(one)
    wrong = {"aria_invalid": "true", "aria_describedby": "problem"} if ballot.wrong_field == name else {}
    box = void(
        "input",
        type="text",
        inputmode="decimal",
        autocomplete="off",
        id=name,
        name=name,
        value=ballot.fields.get(name, ""),
        **wrong,
    )
    label = element("label", _named(group, one), _said(one), for_=name)
    return element("div", label, element("div", box, class_="number"), class_="row", data_key=one.key)


def _points_steps(ballot: Ballot) -> list[Markup]:
    tiers = groups_of(ballot.question, ballot.scenario, ballot.settings)[0]
    rows = [_number_row(ballot, tiers, one) for one in tiers.swings]
    whole = "They should add up to 100; what you give counts in proportion."
    total = element("p", whole, class_="total", role="status")
    return [element("section", *rows, total, _last(ballot), class_="step last", data_part="points")]


def _support_steps(ballot: Ballot) -> list[Markup]:
    found = affordable(ballot.scenario)
    names = list(ballot.scenario.initiative_by_id)
    steps = []
    for part in batched(enumerate(names), _ON_A_SCREEN):
        heading = f"{part[0][0] + 1} to {part[-1][0] + 1} of {len(names)}"
        steps.append(_step(heading, *(_initiative(ballot, number, name, found) for number, name in part)))
    return [*steps, _step("Send your answer", _running(found), _last(ballot), kind="last")]


def _running(found: Affordable | None) -> Markup:
    """Where a script shows what the chosen would use; without one, what there is."""
    if found is None:
        return NOTHING
    resource = found.resource
    there_is = f"There is {amount(found.capacity, resource.unit)} a year ({resource.label})."
    return element(
        "p",
        there_is,
        class_="running",
        data_capacity=f"{found.capacity:g}",
        data_unit=resource.unit or "",
        data_name=resource.label,
    )


def _initiative(ballot: Ballot, number: int, name: str, found: Affordable | None) -> Markup:
    row = ballot.scenario.initiative_by_id[name]
    field_name, chosen = f"i{number}", ballot.fields.get(f"i{number}", "")
    use = found.uses[name] if found else 0.0
    choices = [
        element("label", void("input", type="radio", name=field_name, value=value, **_checked(chosen == value)), words)
        for value, words in ((MUST, "Must do"), (WITHOUT, "Can live without"), ("", "No view"))
    ]
    about = element("small", row.lead) if row.lead else NOTHING
    return element("fieldset", element("legend", row.label, about), *choices, data_use=f"{use:g}" if use else None)


def _checked(yes: bool) -> dict[str, str]:
    return {"checked": ""} if yes else {}
