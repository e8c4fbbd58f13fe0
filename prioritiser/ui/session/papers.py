"""The words of a board pack: kept with the decision, that is with the scenario and the settings they are about."""

import hashlib
import json
from dataclasses import replace

import streamlit as st

from prioritiser.report.document import Paper
from prioritiser.scenario.scenario import Scenario
from prioritiser.scenario.settings import Settings
from prioritiser.ui.session.moments import Words
from prioritiser.ui.session.own import owner
from prioritiser.ui.session.recall import memory

_PAPERS = "papers"


def paper_key(scenario: Scenario, settings: Settings) -> str:
    """Name a decision: a scenario and settings."""
    text = f"{scenario.hash} {json.dumps(settings.as_json(), sort_keys=True)}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def paper(key: str) -> Paper:
    """Return the words of a decision: as they were left, else with author and meeting of those written last.

    What is said of a decision itself, its recommendation and who did not agree, never goes over to another one.
    """
    papers: dict[str, Paper] = st.session_state.setdefault(_PAPERS, {})
    if key not in papers:
        papers[key] = _kept(key) or (_others(list(papers.values())[-1]) if papers else Paper())
    return papers[key]


def held_now(words: Words) -> Words:
    """Return what the field of these words holds now."""
    return replace(words, held=vars(paper(words.decision))[words.field])


def write(words: Words) -> None:
    """Put words in their field, and keep them."""
    key = words.decision
    changed = replace(paper(key), **{words.field: words.held})
    papers: dict[str, Paper] = st.session_state[_PAPERS]
    papers.pop(key, None)
    papers[key] = changed  # the last one is the one written last
    mine = owner()
    if mine is not None:
        memory().keep_paper(mine, key, json.dumps({"decision": key, **changed.as_json()}))


def _kept(key: str) -> Paper | None:
    mine = owner()
    text = memory().paper(mine, key) if mine is not None else None
    if text is None:
        return None
    try:
        given = json.loads(text)
        found = Paper.from_json(given)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return found if given.get("decision") == key else _others(found)


def _others(found: Paper) -> Paper:
    return replace(found, title="", recommendation="", dissent="")
