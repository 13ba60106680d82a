"""What users say of components: times, shares, names; and what fails at random in a simulation."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import ROOT

from hatools.cli import run
from hatools.engine.naming import server_names
from hatools.engine.pool import labels
from hatools.errors import BadSetting
from hatools.model import RealServer
from hatools.plugin.components import Given
from hatools.reliability.spans import said_share, said_span, share_of, span_of

PAIR = ROOT / "fixtures" / "availability" / "pair"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("1h30m", 5400), ("1.5h", 5400), ("2d", 172800), ("500ms", 0.5), ("2 min", 120),
     ("1w", 604800), ("1y", 365.25 * 86400), ("0s", 0), (".5h", 1800)],
)  # fmt: skip
def test_a_span_is_read(text: str, seconds: float) -> None:
    assert span_of(text, "it") == seconds


@pytest.mark.parametrize(
    "text", ["", "4", "h", "-4h", "4h-1m", "4x", "4h x", "never", "1e3h", "٤h"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="it"):
        span_of(text, "it")


def test_never_is_endless_where_that_can_be() -> None:
    assert span_of("never", "it", endless=True) == math.inf
    assert said_span(math.inf) == "never"


@given(st.text(alphabet="0123456789.hmsdwy -%,=@nodeserv", max_size=30))
@settings(max_examples=300, deadline=None)
def test_whatever_is_said_is_read_or_refused(text: str) -> None:
    for read in (lambda: span_of(text, "it"), lambda: share_of(text, "it"), lambda: Given([text])):
        with contextlib.suppress(BadSetting):
            read()


@given(st.floats(1e-3, 1e9))
def test_a_span_that_is_said_is_read_back_nearly(seconds: float) -> None:
    said = said_span(seconds).replace(" years", "y").replace(" ", "")
    assert span_of(said, "it") == pytest.approx(seconds, rel=0.006, abs=6e-4)


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.0, "100 %"), (0.5, "50.00 %"), (0.999, "99.9000 %"), (0.99994717521, "99.994718 %"),
     (0.0, "0.00 %")],
)  # fmt: skip
def test_a_share_is_said_with_the_digits_that_matter(share: float, said: str) -> None:
    assert said_share(share) == said


def test_the_most_particular_name_counts() -> None:
    said = Given(["server=10h,server@web=20h", "server@web/a=30h"], ["server=1h"])
    assert said.times("server", ("web/a", "a")) == (30 * 3600, 3600)
    assert said.times("server", ("other/web", "web")) == (20 * 3600, 3600)
    assert said.times("server", ("b",)) == (10 * 3600, 3600)
    assert said.times("node", ("lb1",)) == (4380 * 3600, 4 * 3600)
    said.refuse_unknown()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--for", "1h"), "nothing is said to fail"),
        (("--mttf", "tracked=1h"), "speaks of nothing that is here"),
        (("--mttf", "node@lb9=1h"), "there is no such node"),
        (("--mttf", "node=1h", "--for", "soon"), "is no span of time"),
        (("--mttf", "node=1ms", "--mttr", "node=0s"), "more than can be simulated"),
    ],
)
def test_what_cannot_fail_is_told(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["simulate", str(PAIR / "lb1"), str(PAIR / "lb2"), *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("length", ["0s", "10m"])
def test_one_run_of_random_failures_has_its_course(
    length: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--mttf", "node=2m,server=1m,link=5m", "--mttr", "link=10s,node=20s,server=5s")
    assert run(["simulate", str(PAIR / "lb1"), str(PAIR / "lb2"), *words, "--for", length]) == 0
    said = capsys.readouterr().out
    assert ("lb1 crashes" in said) == (length != "0s")


@pytest.mark.parametrize("name", ["", "web1"])
@pytest.mark.parametrize("port", [None, 80])
@pytest.mark.parametrize("address", ["192.0.2.11", "2001:db8::11", "web1.example.com"])
def test_a_server_goes_by_the_name_that_its_pool_gives_it(
    address: str, port: int | None, name: str
) -> None:
    server = RealServer(address=address, port=port, name=name)
    own = labels([server])[0]
    assert server_names("shop", server)[:2] == [f"shop/{own}", own]
    assert address in server_names("shop", server)
