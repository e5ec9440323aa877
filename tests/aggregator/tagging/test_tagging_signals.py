"""The list of signals: whole, and each with what its time shape needs."""

from __future__ import annotations

import pytest

from aggregator.cli.shapes import tag_dict
from aggregator.model import STAGES
from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.signals import DEADLINE, DECAY, SIGNAL, SIGNALS, WINDOW, Signal
from tests.samples import a_tag


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda each: each.id)
def test_a_signal_is_complete(signal: Signal) -> None:
    """Only what decays has a half-life; types, stages and polarity are known ones."""
    assert (signal.half_life > 0) == (signal.shape == DECAY)
    assert signal.shape in (DECAY, DEADLINE, WINDOW)
    assert signal.type in ("", *TYPE_IDS)
    assert set(signal.stages) <= set(STAGES)
    assert signal.polarity in ("", "opportunity", "risk")


def test_a_tag_tells_its_polarity() -> None:
    """From its signal; of a bare type none is known."""
    named = {
        name: tag_dict(a_tag("x", name))["polarity"] for name in ("structure.layoffs", "strategy.capex", "strategy")
    }

    assert named == {"structure.layoffs": "risk", "strategy.capex": "opportunity", "strategy": ""}
    assert {each for each in SIGNAL if SIGNAL[each].polarity == "risk"} >= {"market_position.distress"}
