"""A check in a process of its own: its verdict arrives, whatever becomes of it."""

from __future__ import annotations

import os

import pytest

from hatools.cli.beside import forked
from hatools.errors import BrokenLaw, PluginProblem


def broken() -> None:
    raise BrokenLaw("it reads otherwise: \udcff", "report it")


def faulty() -> None:
    raise ZeroDivisionError("by zero")


def dead() -> None:
    os._exit(9)


def test_a_law_that_holds_says_nothing() -> None:
    forked(lambda: None)()


def test_a_broken_law_arrives_whole() -> None:
    wait = forked(broken)
    with pytest.raises(BrokenLaw, match="it reads otherwise") as error:
        wait()
    assert error.value.advice == "report it"


@pytest.mark.parametrize("work", [faulty, dead])
def test_no_verdict_is_no_yes(work: object) -> None:
    wait = forked(work)  # type: ignore[arg-type]
    with pytest.raises(PluginProblem, match="could not be read back"):
        wait()
