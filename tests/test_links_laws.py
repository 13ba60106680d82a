"""The laws of link formats: lossless, no exception, accounted, re-read, over anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import CORPUS, WHY_NOT
from hypothesis import given, settings
from hypothesis import strategies as st
from link_cases import FIXTURES, FORMATS, WRITTEN, account, codec, read, recognised, write

from hatools.errors import HatoolsError
from hatools.model import Topology
from hatools.model.bond import Address, Bond, BondPort, Route
from hatools.model.bonding_options import MODES, OPTIONS, Option, canonical, in_order, judged
from hatools.plugin import Target
from hatools.text import Source

REAL = sorted((CORPUS / "dev" / "bonding").glob("*")) if CORPUS.exists() else []
WORDS = sorted(
    {
        word
        for path in FIXTURES.rglob("*")
        if path.is_file() and path.name != "expected.txt"
        for line in path.read_text("utf-8").splitlines()
        for word in (line.strip(), *line.replace(",", " ").replace("=", " ").split())
    }
    | {"'", '"', "`", "$(", "${", "|", ";", "&&", "<<EOF", "EOF", "\\\n", "\r\n", "=", "[", "]"}
    | {"for", "in", "do", "done", "[connection]", "\0", "²", "\udc80", "+", "-", "nmcli con add"}
)


def obey(name: str, text: str) -> None:
    """Check every law for *text* in format *name*."""
    reading = read(name, text)
    for target in WRITTEN:
        writing = write(target, reading.topology)
        account(name, reading, writing)


@pytest.mark.skipif(not REAL, reason=WHY_NOT)
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_corpus(path: Path) -> None:
    source = Source.from_bytes(path.name, path.read_bytes())
    assert source.to_bytes() == path.read_bytes()
    name = recognised(path.name, source.text)
    assert bool(name) == (path.suffix != ".yml"), name
    for form in [name] if name else FORMATS:
        obey(form, source.text)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", "\n", "", "="]))))
def test_any_words(name: str, words: list[tuple[str, str]]) -> None:
    obey(name, "".join(word + gap for word, gap in words))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(name: str, data: bytes) -> None:
    source = Source.from_bytes("x", data)
    assert codec(name).parse(source).source.to_bytes() == data
    obey(name, source.text)


def test_long_lines() -> None:
    for text in ("x" * 200_000, "a;" * 5_000, "nmcli con add " + "$x " * 5_000, "=" * 50_000):
        for name in FORMATS:
            obey(name, text)


# Any bond ------------------------------------------------------------------------------------

NAMES = st.sampled_from(["eth0", "eth1", "ens3f0", "uplink", "bond0.7"])


def values(option: Option) -> st.SearchStrategy[str]:
    """Return values that *option* takes."""
    if option.kind == "number":
        return st.integers(option.low, min(option.high, 500)).map(str)
    if option.kind == "choice":
        return st.sampled_from(option.choices)
    return {
        "interface": NAMES,
        "hardware": st.just("00:00:5e:00:53:01"),
        "addresses": st.sampled_from(
            ["2001:db8::1"] if option.name == "ns_ip6_target" else ["192.0.2.1,192.0.2.2"]
        ),
    }[option.kind]


@st.composite
def bonds(draw: st.DrawFn) -> Bond:
    """Return a bond that the driver takes whole."""
    mode = draw(st.sampled_from(MODES))
    names = draw(st.lists(st.sampled_from(sorted(OPTIONS)), unique=True, max_size=8))
    options = {name: draw(values(OPTIONS[name])) for name in names}
    for _ in range(3):
        for problem in judged(mode, options, (), False):
            if problem.gone:
                options.pop(problem.option, None)
    four = [Address(f"192.0.2.{n}", 24) for n in draw(st.sets(st.integers(1, 9), max_size=2))]
    six = [Address(f"2001:db8::{n}", 64) for n in draw(st.sets(st.integers(1, 9), max_size=2))]
    route = Route("198.51.100.0", 24, "192.0.2.1", draw(st.none() | st.integers(1, 99)))
    methods = ["static", "auto", "none", "link-local", "shared", "ignore", "dhcp"]
    bond = Bond(
        "bond0",
        draw(st.sampled_from(["", "my bond", "a/b", "it's", "bond0"])),
        mode,
        in_order(options),
        [
            BondPort(name, draw(st.sampled_from(["", "port 1"])), draw(st.integers(0, 3)))
            for name in draw(st.lists(NAMES, unique=True, max_size=3))
        ],
    )
    bond.method4, bond.method6 = draw(st.sampled_from(methods)), draw(st.sampled_from(methods))
    bond.addresses = (*four, *six)
    bond.gateway4, bond.gateway6 = draw(st.sampled_from(["", "192.0.2.254"])), ""
    bond.dns = tuple(draw(st.sets(st.sampled_from(["192.0.2.53", "192.0.2.54"]))))
    bond.search = draw(st.sampled_from([(), ("example.com", "example.org")]))
    bond.routes = draw(st.sampled_from([(), (route,), (route._replace(own=("table=5",)),)]))
    bond.mtu = draw(st.sampled_from([None, 9000]))
    bond.autostart = draw(st.booleans())
    bond.own = draw(st.sampled_from([(), (("connection.zone", "internal"),), (("X", "$`\"'"),)]))
    return bond


@settings(max_examples=150, deadline=None)
@given(st.lists(bonds(), max_size=2))
def test_any_bond_reads_back_in_every_format(made: list[Bond]) -> None:
    for number, bond in enumerate(made):
        bond.name = f"bond{number}"
        for place, port in enumerate(bond.ports):
            port.name = f"e{number}{place}"
    topology = Topology(bonds=made)
    for one in WRITTEN:
        through = write(one, topology).intended
        for other in WRITTEN:
            write(other, through)


def test_every_option_is_canonical_as_it_is_shown() -> None:
    for name, option in OPTIONS.items():
        if option.default and option.kind != "hardware":
            assert canonical(name, option.default) == (name, option.default)
        for number, choice in enumerate(option.choices):
            assert canonical(name, str(number)) == (name, choice)


def test_what_the_driver_shows_is_not_written() -> None:
    with pytest.raises(HatoolsError):
        codec("bonding-state").write(Topology(), Target())
