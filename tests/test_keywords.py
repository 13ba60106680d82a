"""``hatools formats NAME --keywords``: complete, exact, filtered, and fit for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import jsonschema
import pytest
from lab import ROOT, hatools

from hatools.cli.keyword_list import listed
from hatools.errors import BadSetting, PluginProblem
from hatools.model.bonding_options import OPTIONS as BONDING
from hatools.plugin import Format, Keyword, ListsKeywords
from hatools.plugin_host import Host, codec

FORMATS = {form.name: form for form in Host().formats().values()}
SCHEMA = json.loads((ROOT / "docs" / "keywords.schema.json").read_text("utf-8"))


@cache
def keywords(name: str) -> list[Keyword]:
    return listed(FORMATS[name])


def find(name: str, keyword: str, place: str) -> Keyword:
    return next(row for row in keywords(name) if row.name == keyword and row.stands_in(place))


@pytest.mark.parametrize("name", FORMATS)
def test_every_bundled_format_lists_its_keywords(name: str) -> None:
    assert isinstance(codec(FORMATS[name]), ListsKeywords)
    found = keywords(name)
    assert all(isinstance(row, Keyword) and row.places for row in found)
    assert len({(row.name, row.kind, place) for row in found for place in row.places}) == sum(
        len(row.places) for row in found
    ), "a keyword is listed twice in one place"


@pytest.mark.parametrize("name", FORMATS)
def test_the_answer_fits_the_schema(name: str) -> None:
    ran = hatools("formats", name, "--keywords", "--output", "json")
    answer = json.loads(ran.stdout)
    jsonschema.validate(answer, SCHEMA)
    assert len(answer["keywords"]) == len(keywords(name))


def test_the_lists_are_the_tables() -> None:
    from hatools_haproxy import keywords as haproxy
    from hatools_ipvsadm.catalogue import DETAILS
    from hatools_ipvsadm.options import COMMANDS, OPTIONS
    from hatools_keepalived import keywords as keepalived

    blocks = {(path, row.name) for path, row in keepalived.rows() if path != keepalived.PARSER}
    assert {
        (tuple(place.split("/")) if place != "top" else (), row.name)
        for row in keywords("keepalived")
        for place in row.places
        if place != "text language"
    } == blocks
    assert len(keywords("haproxy")) == len(list(haproxy.every_keyword())) + len(
        list(haproxy.every_sample())
    )
    assert list(DETAILS) == list(OPTIONS)
    assert {row.name for row in keywords("ipvsadm")} == {f"--{n}" for n in (*COMMANDS, *OPTIONS)}
    for name in ("nmcli", "keyfile", "ifcfg", "bonding-state"):
        assert {*BONDING, "mode"} <= {row.name for row in keywords(name) if row.kind == "option"}


FACTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("keepalived", "nb_get_retry", "HTTP_GET", {"replaced_by": "retry", "deprecated": "1.3.7"}),
    ("keepalived", "advert_int", "vrrp_instance", {"default": "1", "since": "1.2"}),
    ("keepalived", "lvs_sched", "virtual_server", {"default": "wlc"}),
    ("keepalived", "auth_pass", "authentication", {"kind": "keyword"}),
    ("haproxy", "nbproc", "global", {"removed": "2.5", "replaced_by": "nbthread"}),
    ("haproxy", "mode", "listen", {"default": "tcp", "since": "1.5"}),
    ("haproxy", "init-state", "listen/server", {"since": "3.1", "default": "none"}),
    ("haproxy", "http-request add-header", "frontend", {"kind": "action"}),
    ("haproxy", "leastconn", "balance", {"kind": "value"}),
    ("haproxy", "req.hdr", "expression", {"kind": "fetch"}),
    ("ipvsadm", "--scheduler", "--add-service", {"default": "wlc", "aliases": ("-s",)}),
    ("ipvsadm", "--tun-type", "--add-server", {"values": ("ipip", "gue", "gre"), "since": "1.30"}),
    ("nmcli", "connection.master", "connection add", {"replaced_by": "connection.controller"}),
    ("nmcli", "controller", "connection add", {"since": "1.46"}),
    ("nmcli", "arp_missed_max", "bond.options", {"since": "1.44", "default": "2"}),
    ("keyfile", "autoconnect", "[connection]", {"values": ("true", "false"), "default": "true"}),
    ("ifcfg", "PEERDNS", "ifcfg file", {"values": ("yes", "no"), "default": "yes"}),
    ("bonding-state", "lacp_rate", "bonding", {"values": ("slow", "fast"), "default": "slow"}),
]


@pytest.mark.parametrize(("name", "keyword", "place", "facts"), FACTS, ids=lambda x: str(x)[:24])
def test_facts(name: str, keyword: str, place: str, facts: dict[str, Any]) -> None:
    row = find(name, keyword, place)._asdict()
    assert {key: row[key] for key in facts} == facts


def test_one_a_line_where_nobody_looks() -> None:
    head, *rows = hatools("formats", "ipvsadm", "--keywords").stdout.splitlines()
    assert head.split("\t")[:4] == ["keyword", "in", "kind", "arguments"]
    assert {row.count("\t") for row in rows} == {head.count("\t")}
    assert len(rows) == len(keywords("ipvsadm"))


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["keepalived", "nb_get_retry"], {"nb_get_retry"}),
        (["keepalived", "vrrp_sync"], {"vrrp_sync_group"}),
        (["haproxy", "option", "httpchk"], {"option httpchk"}),
        (["haproxy", "nbproc", "--in", "global"], {"nbproc"}),
        (["ipvsadm", "--", "-w"], {"--weight"}),
        (["keyfile", "--in", "[bond-port]", "--version", "1.42"], {"queue-id"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_some_are_chosen(arguments: list[str], names: set[str]) -> None:
    ran = hatools("formats", "--keywords", *arguments)
    assert {row.partition("\t")[0] for row in ran.stdout.splitlines()[1:]} == names


def test_versions_differ() -> None:
    def known(version: str) -> set[str]:
        ran = hatools("formats", "haproxy", "--keywords", "--in", "global", "--version", version)
        return {row.partition("\t")[0] for row in ran.stdout.splitlines()[1:]}

    old, new = known("2.0"), known("3.3")
    assert "nbproc" in old - new
    assert "set-dumpable" in old & new
    assert "default-path" in new - old


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing", "--keywords"], "no format is called 'nothing'"),
        (["--keywords"], "--keywords is asked of one format"),
        (["keepalived", "--in", "global_defs"], "go with --keywords"),
        (["keepalived", "--keywords", "virtal_server"], "did you mean virtual_server?"),
        (["keepalived", "--keywords", "--in", "vrrp_instanec"], "did you mean vrrp_instance?"),
        (["haproxy", "--keywords", "--version", "9.9"], "hatools knows haproxy"),
        (["haproxy", "--keywords", "nbproc", "--in", "global", "--version", "3.0"],
         "does not know nbproc in global"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_cannot_be_answered(arguments: list[str], said: str) -> None:
    ran = hatools("formats", *arguments)
    assert ran.status == 2
    assert said in ran.stderr
    assert not ran.stdout


def test_plugins_without_a_list_or_with_a_broken_one() -> None:
    class Mute:
        """Lists nothing."""

    class Broken:
        """Fails at it."""

        def keywords(self) -> Iterable[Keyword]:
            raise OSError("no table")

    def form(maker: Any) -> Format:
        return Format("pen", "pen", "web.pen", lambda path, head: 0, maker)

    with pytest.raises(BadSetting, match="does not list its keywords"):
        listed(form(Mute))
    with pytest.raises(PluginProblem, match="OSError: no table"):
        listed(form(Broken))
    assert keywords("ipvsadm")[0].known_in("1.28")


def test_a_terminal_gets_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from hatools.cli import group, keyword_list

    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(keyword_list, "on_terminal", lambda: True)
    shown = CliRunner().invoke(group, ["formats", "keepalived", "--keywords", "auth_type"]).output
    assert "\t" not in shown
    assert max(map(len, shown.splitlines())) <= 100
    assert "PASS|AH" in shown
