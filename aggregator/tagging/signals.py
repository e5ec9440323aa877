"""The one list of the forty signals: events that a seller acts on, under each content type.

A signal's ``type`` is the content type that its tags get. For a few it is not the first half of the id, because
the labelling rubric decides what an item teaches about the prospect while the id keeps the established name; a rule
may say another type still where one signal covers two cases. ``market_position.recognition`` has no type: awards and
rankings of workplaces open a conversation and never make a lead.
"""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.tagging.content_types import TYPE_IDS

DECAY, DEADLINE, WINDOW = "decay", "deadline", "window"
"""How a signal's worth runs with time: halves with age; rises to a date, then ends; opens months ahead of a date."""

_ALL = {
    "PRO": "prospecting", "QUA": "qualifying", "PRI": "pricing", "POP": "proposing",
    "NEG": "negotiating", "CLO": "closing", "DEL": "delivering", "SER": "servicing",
}  # fmt: skip
_RISKS_TEXT = """
structure.layoffs structure.exec_out market_position.distress market_position.litigation market_position.oversight
market_position.competitor_move requirements.incident
"""
_RISKS = frozenset(_RISKS_TEXT.split())
_EITHER_TEXT = """
strategy.ma structure.board_control structure.reorg structure.decision_makers market_position.results
market_position.guidance market_position.recognition purchasing_history.change purchasing_history.vendor_named
"""
_EITHER = frozenset(_EITHER_TEXT.split())


@dataclass(frozen=True, slots=True)
class Signal:
    """One event that a seller acts on."""

    id: str
    type: str
    """Content type of its tags; empty for what never earns one."""
    title: str
    weight: int
    """0 to 100: how much it matters as such."""
    shape: str
    """``decay``, ``deadline`` or ``window``."""
    half_life: int
    """Days, for ``decay``; 0 for the other shapes."""
    stages: tuple[str, ...]
    """Stages of a sale in which it matters most."""
    why_now: str
    """What to do about it, in a sentence."""
    polarity: str = ""
    """``opportunity``, ``risk`` (to a deal, to being paid, to what is already sold), or empty where it depends."""


def _signal(
    name: str, title: str, weight: int, time: str, stages: str, why_now: str, kind: str | None = None
) -> Signal:
    shape, _, days = time.partition(" ")
    of = name.partition(".")[0] if kind is None else kind
    polarity = "risk" if name in _RISKS else "" if name in _EITHER else "opportunity"
    serves = tuple(_ALL[stage] for stage in stages.split())
    return Signal(name, of, title, weight, shape, int(days or 0), serves, why_now, polarity)


SIGNALS = (
    _signal("strategy.priorities", "Priorities and programmes", 60, "decay 90", "PRO QUA PRI",
            "Tie the offer to a priority they named, in their words, and ask who owns it."),
    _signal("strategy.ma", "Merger, acquisition, sale", 95, "decay 60", "PRO QUA PRI DEL SER",
            "Two estates become one: offer to consolidate, and defend what you have on either side."),
    _signal("strategy.partnership", "Partnership", 55, "decay 45", "PRO QUA NEG",
            "See what the partner leaves open, or sell through it; note a competitor who is now inside."),
    _signal("strategy.market_entry", "Market entry or exit", 60, "decay 60", "PRO QUA",
            "A new region needs local suppliers and compliance before the old ones are flown in."),
    _signal("strategy.capex", "Capital project", 75, "decay 120", "PRO QUA PRI POP",
            "Be specified early: find who designs and integrates, and when packages are let."),
    _signal("strategy.product_launch", "Product or service change", 55, "decay 30", "PRO QUA",
            "A new line needs supply, support and compliance, or it competes with you: find out which."),
    _signal("structure.hiring_need", "Job advert", 50, "decay 30", "PRO QUA",
            "They mean to build it themselves this quarter: offer to bridge, through the hiring manager."),
    _signal("structure.exec_in", "Executive joins", 95, "decay 90", "PRO QUA POP NEG",
            "Their first ninety days: congratulate, bring an outside view, re-check who sponsors open deals."),
    _signal("structure.exec_out", "Executive leaves", 85, "decay 60", "QUA POP NEG CLO SER",
            "A champion or a blocker goes: find today who holds the desk meanwhile."),
    _signal("structure.board_control", "Board or control change", 60, "decay 90", "QUA POP",
            "A new director or large holder brings a programme: look at what they did elsewhere."),
    _signal("structure.reorg", "Reorganisation", 80, "decay 90", "QUA PRI POP DEL",
            "Owners and budget lines move and contracts double up: redraw the account map before calling."),
    _signal("structure.layoffs", "Layoffs", 75, "decay 45", "QUA PRI SER",
            "Speak of saving, not of growth, and check that your users are still there."),
    _signal("structure.hiring_surge", "Hiring surge", 70, "decay 45", "PRO QUA",
            "Growth hurts in onboarding, licences, space and security: size the deal by the new heads."),
    _signal("structure.sites", "Site opens, moves, closes", 60, "decay 90", "PRO QUA DEL",
            "Fit-out, network, security and logistics are bought by the opening day."),
    _signal("structure.decision_makers", "Who decides", 65, "decay 180", "QUA POP NEG",
            "Keep person, role and date: this is who signs and how."),
    _signal("purchasing_plans.market_engagement", "Market engagement", 95, "deadline", "PRO QUA PRI",
            "The need can still be shaped: answer, ask for the meeting, offer wording."),
    _signal("purchasing_plans.pipeline", "Planned procurement", 85, "deadline", "PRO QUA",
            "Take position now: shape, team up, meet, and put the date in the calendar."),
    _signal("purchasing_plans.tender", "Tender", 100, "deadline", "QUA PRI POP",
            "Decide in two days whether to bid: who wrote it, who holds it, is there time."),
    _signal("purchasing_plans.tender_update", "Tender changed", 90, "deadline", "POP NEG CLO",
            "Read what moved, what was asked and what was left unanswered."),
    _signal("purchasing_plans.framework", "Framework", 80, "window", "PRO QUA PRI POP",
            "Get on it, or team with one who is; its prices may be public."),
    _signal("purchasing_plans.direct_award", "Direct award planned", 75, "deadline", "QUA PRI NEG",
            "There is a short time to object, or to be the other source."),
    _signal("purchasing_plans.budget", "Budget", 85, "window", "PRO QUA PRI CLO",
            "There is money: learn the amount, the owner and by when it must be committed."),
    _signal("purchasing_plans.recompete", "Contract ends", 85, "window", "PRO QUA PRI POP SER",
            "Start a year ahead for a large contract, half for a small one; defend your own alike."),
    _signal("purchasing_plans.evaluation", "Evaluation under way", 80, "decay 45", "QUA PRI POP",
            "Get on the shortlist: bring criteria and references."),
    _signal("requirements.tech_change", "Technology change", 75, "decay 120", "QUA PRI POP DEL",
            "Replace or complement while things move: bring references of such a migration."),
    _signal("requirements.incident", "Incident or shortage", 85, "decay 21", "PRO QUA SER",
            "Help first, sell later: offer the fix, and check whether your own customer is hit."),
    _signal("requirements.regulation", "Rule or duty", 70, "deadline", "PRO QUA PRI",
            "It comes from outside and has a date: sell backwards from that date."),
    _signal("market_position.funding", "Funding", 95, "decay 60", "PRO QUA PRI",
            "A budget has appeared: reach the function it is meant for within two weeks."),
    _signal("market_position.oversight", "Finding, fine, investigation", 80, "decay 120", "PRO QUA PRI",
            "Putting it right has a budget and a date: speak to whoever answers for it."),
    _signal("market_position.results", "Results", 60, "decay 30", "QUA PRI NEG",
            "Use the figures in the business case: a bad quarter asks for savings, a good one for growth."),
    _signal("market_position.guidance", "Outlook changed", 80, "decay 45", "QUA PRI NEG CLO",
            "A cut may freeze spending: ask again about the budget now; after a raise, close sooner."),
    _signal("market_position.competitor_move", "Share and rivals", 65, "decay 60", "QUA PRI NEG SER",
            "Know how a rival moves on them before you call."),
    _signal("market_position.distress", "Financial distress", 90, "decay 90", "QUA PRI NEG CLO SER",
            "Look to credit and collections before you sell, or speak to who takes over."),
    _signal("market_position.litigation", "Dispute in court", 55, "decay 90", "QUA NEG CLO SER",
            "An award may be held up: move the forecast; a protest reopens the field."),
    _signal("market_position.recognition", "Award or ranking", 20, "decay 14", "PRO",
            "A reason to congratulate and nothing more.", kind=""),
    _signal("purchasing_history.customer_win", "Customer won", 70, "decay 60", "PRO QUA PRI",
            "They must deliver now: subcontracts, staff, tools, working capital."),
    _signal("purchasing_history.award", "Contract awarded", 80, "window", "QUA PRI POP SER",
            "Note who holds it, the value and the end: that starts the clock for the next one."),
    _signal("purchasing_history.spend", "Spending", 50, "window", "PRO QUA PRI",
            "See what they buy, from whom, at what price and when in the year."),
    _signal("purchasing_history.vendor_named", "Supplier in use", 60, "decay 365", "QUA PRI POP",
            "Draw the map of who is in there, and time the renewal."),
    _signal("purchasing_history.change", "Contract changed", 70, "decay 120", "QUA PRI NEG SER",
            "An end leaves a gap at once; an extension moves the next competition."),
)  # fmt: skip
"""All forty."""

SIGNAL = {signal.id: signal for signal in SIGNALS}
"""Signal by id."""

TAG_NAMES = (*TYPE_IDS, *SIGNAL)
"""Whatever may be named where a content type or a signal is asked for."""
