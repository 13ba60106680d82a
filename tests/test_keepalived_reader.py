"""What keepalived.conf means: read into the model, every statement claimed or settled."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path

import lab
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.errors import NeedsPlace
from hatools.model import Check, Origin, Topology
from hatools.plugin import Place, Reading
from hatools.plugin.settings import Settings
from hatools.text import Source
from hatools.text.document import CLOSE
from hatools_keepalived.codec import KeepalivedCodec

CASES = Path(__file__).parent.parent / "fixtures" / "keepalived_reader"
CODEC = KeepalivedCodec()


def read(text: str, version: str = "", place: tuple[str, ...] = ()) -> Reading:
    document = CODEC.parse(Source("keepalived.conf", text))
    return CODEC.read(CODEC.expand(document, Place(version, Settings(place))))


def origins(topology: Topology) -> Iterator[Origin]:
    yield topology.origin
    for service in topology.services:
        yield service.origin
        for listener in service.listeners:
            yield listener.origin
    for pool in topology.pools:
        yield pool.origin
        for server in pool.servers:
            yield server.origin
    for kind in (topology.routers, topology.groups, topology.trackers, topology.sections):
        for each in kind:
            yield each.origin
    if topology.mail is not None:
        yield topology.mail.origin


def unaccounted(reading: Reading) -> list[str]:
    """The statements that no object claims and that have no fate."""
    said = set(reading.fates)
    for origin in origins(reading.topology):
        if origin.expansion is not None:
            said.update(place for field in origin.fields for place in origin.statements(field))
    return [
        repr(statement)
        for place, statement in enumerate(reading.expansion.statements)
        if statement.kind < CLOSE and place not in said
    ]


def defaults_of(record: object) -> dict[str, object] | None:
    """Return the fields of a record of the model, each with its default; None if it is none."""
    if is_dataclass(record) and not isinstance(record, type):
        return {item.name: item.default for item in fields(record) if item.repr}
    if hasattr(record, "_field_defaults"):
        return {name: record._field_defaults.get(name, MISSING) for name in record._fields}
    return None


def dump(value: object, name: str = "", indent: str = "") -> Iterator[str]:
    """What differs from the model's own defaults, one line each."""
    defaults = defaults_of(value)
    if defaults is not None:
        yield f"{indent}{name}{type(value).__name__}"
        for field, default in defaults.items():
            inner = getattr(value, field)
            if default is not MISSING and inner == default:
                continue
            if inner or inner is False or inner == 0:
                yield from dump(inner, f"{field} ", indent + "  ")
    elif isinstance(value, list | tuple) and any(defaults_of(each) is not None for each in value):
        for each in value:
            yield from dump(each, name, indent)
    else:
        yield f"{indent}{name}{value!r}"


def shown(reading: Reading) -> str:
    statements = reading.expansion.statements
    lines = list(dump(reading.topology))
    lines += ["", "fates"]
    for place, fate in sorted(reading.fates.items()):
        lines.append(f"  {statements[place]!r} {fate.outcome.value}: {fate.reason}")
    lines += ["", "diagnostics"]
    remarks = sorted(reading.diagnostics, key=lambda remark: (remark.span, remark.code))
    lines += [f"  {remark.severity.value} {remark}" for remark in remarks]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_case(case: str) -> None:
    """Each fixture reads as its ``expected.txt`` says (``HATOOLS_UPDATE=1`` writes it anew)."""
    folder = CASES / case
    reading = read((folder / "input.conf").read_bytes().decode("utf-8", "surrogateescape"))
    assert unaccounted(reading) == []
    expected = folder / "expected.txt"
    if os.environ.get("HATOOLS_UPDATE"):
        expected.write_text(shown(reading), "utf-8")
    assert shown(reading) == expected.read_text("utf-8")


@pytest.mark.real("keepalived", "ip")
@pytest.mark.parametrize(
    "case",
    ["marks_and_groups", "vrrp", "slash_comments", "unknown_keywords", "non_breaking_spaces",
     "lines_of_routes", "options_of_addresses", "said_twice"],
)  # fmt: skip
def test_keepalived_complains_of_nothing_else(case: str) -> None:
    """Every line that keepalived complains of has a diagnostic of ours."""
    path = CASES / case / "input.conf"
    reading = read(path.read_text("utf-8"))
    document = reading.expansion.documents[0]
    remarks = [*document.diagnostics, *reading.expansion.diagnostics, *reading.diagnostics]
    ours = {remark.span.line for remark in remarks if remark.span}
    ours.update(reading.expansion.span(place).line for place in reading.fates)
    closing = {row + 1 for row, each in zip(document.rows, document.statements, strict=True)
               if each.kind == CLOSE}  # fmt: skip
    verdict = lab.keepalived_check(path)
    theirs = {int(line) for line in re.findall(r"Line (\d+)\)", verdict.output)}
    assert theirs - ours - closing == set(), verdict.output


SERVICE = """virtual_server 192.0.2.10 80 {{
    protocol TCP
    lb_algo rr
    {service}
    real_server 192.0.2.11 80 {{
        {server}
        {checker} {{
            {check}
        }}
    }}
}}
"""


def check_of(
    service: str = "", server: str = "", checker: str = "TCP_CHECK", check: str = ""
) -> Check:
    text = SERVICE.format(service=service, server=server, checker=checker, check=check)
    return read(text).topology.pools[0].servers[0].checks[0]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, 2),
        ({"service": "retry 4"}, 5),
        ({"service": "retry 4", "server": "retry 6"}, 7),
        ({"service": "retry 4", "server": "retry 6", "check": "retry 0"}, 1),
        ({"check": "retry 010"}, 11),
        ({"check": "retry 0x10"}, 2),
        ({"check": "nb_get_retry 3"}, 2),
        ({"checker": "DNS_CHECK"}, 4),
        ({"checker": "MISC_CHECK", "check": "misc_path /bin/true"}, 1),
        ({"service": "retry 2", "checker": "DNS_CHECK"}, 3),
    ],
)
def test_fall_is_retry_and_one(where: dict[str, str], expected: int) -> None:
    assert check_of(**where).fall == expected


@pytest.mark.parametrize(
    ("lines", "port", "asked"),
    [
        ("lb_kind NAT", 8080, None),
        ("lb_kind DR", 80, 8080),
        ("lb_kind TUN", 80, 8080),
    ],
)
def test_only_nat_changes_the_port(lines: str, port: int, asked: int | None) -> None:
    text = SERVICE.format(service=lines, server="", checker="TCP_CHECK", check="")
    server = read(text.replace("11 80", "11 8080")).topology.pools[0].servers[0]
    assert (server.port, server.checks[0].port) == (port, asked)


def test_servers_that_look_alike_share_everything() -> None:
    body = "{\n weight 2\n TCP_CHECK {\n connect_timeout 3\n }\n }\n"
    servers = "".join(f" real_server 192.0.2.{n} 80 {body}" for n in range(11, 20))
    text = "virtual_server 192.0.2.10 80 {\n protocol TCP\n" + servers + "}\n"
    found = read(text * 2).topology.pools[1].servers
    assert len({id(server.checks) for server in found}) == 1
    assert len({id(server.origin.fields) for server in found}) == 1


def test_a_body_with_faults_is_reported_for_each_server() -> None:
    body = "{\n wieght 2\n }\n"
    servers = "".join(f" real_server 192.0.2.{n} 80 {body}" for n in range(11, 14))
    reading = read("virtual_server 192.0.2.10 80 {\n protocol TCP\n" + servers + "}\n")
    unknown = [remark for remark in reading.diagnostics if remark.code == "KA201"]
    assert [remark.span.line for remark in unknown if remark.span] == [4, 7, 10]
    assert unaccounted(reading) == []


def test_instances_straight_in_a_sync_group_are_told_their_place() -> None:
    """One of the samples that come with keepalived has them so."""
    reading = read("vrrp_sync_group both {\n    lan\n    wan\n}\n")
    advice = [remark.help for remark in reading.diagnostics if remark.code == "KA201"]
    assert advice == ["the names of instances stand in group { … }"] * 2


def test_a_keyword_that_no_release_has_yet_is_told_so() -> None:
    reading = read("global_defs {\n    set_supplementary_groups\n}\n")
    said = "no release of keepalived up to 2.4.3 knows set_supplementary_groups"
    assert [remark.message for remark in reading.diagnostics] == [said]


@pytest.mark.parametrize(("version", "code"), [("2.0.5", "KA208"), ("2.2.7", None), ("", None)])
def test_keywords_have_an_age(version: str, code: str | None) -> None:
    text = "vrrp_track_process p {\n process x\n}\n"
    assert {remark.code for remark in read(text, version).diagnostics} == (
        {code} if code else set()
    )


TEXT = """virtual_server 192.0.2.1 80 { } real_server TCP_CHECK HTTP_GET url path retry 3 group
fwmark vrrp_instance V state MASTER vrrp_sync_group track_script weight -5 2001:db8::1 <X> //c
virtual_ipaddress authentication auth_type PASS auth_pass global_defs smtp_server vrrp_script
script virtual_server_group 192.0.2.1-9 sorry_server MISC_CHECK SMTP_CHECK host unicast_peer"""
WORDS = st.sampled_from([*TEXT.split(), "\xa0", "{", "}", "\n", "\n", "\n", "\n"])


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=60))
def test_whatever_stands_there_is_accounted_for(words: list[str]) -> None:
    assert unaccounted(read(" ".join(words))) == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    with contextlib.suppress(NeedsPlace):
        assert unaccounted(read(text)) == []


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("    auth_pass s3cret", "    auth_pass ********"),
        ('auth_pass "two words" # why', "auth_pass ******** # why"),
        ("@n1 auth_pass s3cret", "@n1 auth_pass ********"),
        ("authentication { auth_type PASS auth_pass s3cret }",
         "authentication { auth_type PASS auth_pass ******** }"),
        ("auth_passs s3cret", "auth_passs ********"),
        ("    password s3cret", "    password ********"),
        ("key 1 hex:00ff", "key 1 ********"),
        ("key /etc/keepalived/client.key", "key /etc/keepalived/client.key"),
        ("$AUTH_PASS=s3cret", "$AUTH_PASS=********"),
        ("vrrp_instance passive {", "vrrp_instance passive {"),
        ("auth_type PASS", "auth_type PASS"),
        ("delay_loop 6", "delay_loop 6"),
        ("auth_pass ${PW}", "auth_pass ********"),
        ("auth_pass two words } # why", "auth_pass ******** } # why"),
        ('auth_pass "a#b c"', "auth_pass ********"),
        ("auth_pass a!b", "auth_pass ********"),
        ('misc_path "/c --password=one -p Two --token abc"',
         'misc_path "/c --password=******** -p ******** --token ********"'),
        ("misc_path /c -p 8080 -w 3", "misc_path /c -p 8080 -w 3"),
        ('"curl -u user:Passw0rd https://a.example.com/"',
         '"curl -u user:******** https://a.example.com/"'),
        ("https://u:pw9@example.com/x", "https://u:********@example.com/x"),
        ("virtualhost user:pw@www.example.com", "virtualhost user:********@www.example.com"),
        ("path /health?token=abc&x=1", "path /health?token=********&x=1"),
        ("# password = geheim", "# password = ********"),
        ("mysqladmin -u root -pSecret ping", "mysqladmin -u root -p******** ping"),
        ("virtual_server fe80::1 80 {", "virtual_server fe80::1 80 {"),
        ("notification_email_from lb@example.com", "notification_email_from lb@example.com"),
    ],
)  # fmt: skip
def test_secrets_are_hidden(text: str, hidden: str) -> None:
    assert CODEC.mask(text) == hidden


def test_definitions_used_as_secrets_are_hidden() -> None:
    codec = KeepalivedCodec()
    codec.parse(Source("x", '$B=s3cret\n$A=$B\n$C=80\nauth_pass $A\nscript "/c --token ${D}"\n'))
    assert codec.mask("$A=$B") == "$A=********"
    assert codec.mask("$B=s3cret") == "$B=********"
    assert codec.mask("$D=abc") == "$D=********"
    assert codec.mask("$C=80") == "$C=80"


def test_no_message_quotes_a_secret() -> None:
    reading = read(
        "vrrp_instance V {\n authentication {\n  auth_type PASS\n  auth_pass s3cret-that s3cret\n"
        " }\n notify_master /c --password s3cret x y\n}\n"
    )
    assert reading.diagnostics
    assert not [remark for remark in reading.diagnostics if "s3cret" in str(remark)]


def test_an_endless_word_hides_its_secret_in_good_time() -> None:
    text = "$X=" + "pass" * 200_000 + "\nvrrp_instance a {\n auth_pass $X\n}\n"
    CODEC.parse(Source("keepalived.conf", text))  # ends; without bounds it would take hours
    assert CODEC.mask("auth_pass " + "s3cr3t" * 500) == "auth_pass ********"
