"""What is done quickly for ordinary files of keepalived gives what the thorough way gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.plugin import Place, Reading
from hatools.text import Expansion, Source, Statement, apply_edits
from hatools_keepalived import leaving, syntax
from hatools_keepalived.expand import expand
from hatools_keepalived.lines import look
from hatools_keepalived.reader import read

LINES = st.sampled_from(
    (
        "", "  ", "# a remark", "! another", "}", "global_defs {", "  router_id lb1",
        "  lvs_sync_daemon eth0 VI", "vrrp_instance VI {", "  interface eth0", "SSL {",
        "virtual_server 192.0.2.1 80 {", "  real_server 192.0.2.2 80 {", "    weight 2 # two",
        "virtual_server_group g {", "  192.0.2.1 80", "a { b }", "} c", "\x1c", "\tlb_kind DR\r",
    )
)  # fmt: skip
TEXTS = st.lists(LINES, max_size=40).map("\n".join)


def reading(text: str) -> Reading:
    return read(expand(syntax.parse(Source("keepalived.conf", text)), Place()))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_blocks_leave_as_their_statements_would(text: str) -> None:
    found = reading("vrrp_instance VI_1 {\n    interface eth0\n}\n" + text).expansion
    quick = leaving._cut_blocks(found)
    if quick is None:
        return
    stays, edits = leaving._cut_statements(found)
    source = found.documents[0].source
    assert quick[0] == stays
    assert apply_edits(source, quick[1]).text == apply_edits(source, edits).text


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_braces_are_paired_as_an_expansion_pairs_them(text: str) -> None:
    found = reading(text).expansion
    again = Expansion(found.documents, found.statements, found.hops)
    assert found.ends == again.ends


@pytest.mark.parametrize(
    "line",
    [
        "real_server 192.0.2.2 80 {", "\tweight 3  ", "  lb_kind DR\r", 'script "/bin/a -b 0"',
        "include a.conf", "  include a.conf", "includes a", "@n1 state MASTER", "  @n1 a", "a@b c",
        "path http://x", "key {", "key{", "a{ b", "~SEQ(i,1,2) a", 'quorum_up ""', "2001:db8::1 80",
    ],
)  # fmt: skip
def test_an_ordinary_line_says_what_a_thorough_look_says(line: str) -> None:
    quick, thorough = syntax._Memo()[line], look(line)
    assert type(quick) is type(thorough)
    if isinstance(quick, Statement) and isinstance(thorough, Statement):
        for name in Statement.__slots__:
            assert getattr(quick, name) == getattr(thorough, name), name


def test_a_second_group_of_a_name_is_accounted_for() -> None:
    found = reading("virtual_server_group g {\n 192.0.2.1 80\n}\nvirtual_server_group g {\n}\n")
    assert "stands above" in found.fates[3].reason


def test_an_unclosed_block_leaves() -> None:
    found = reading("$X=1\nvrrp_instance V {\n}\nglobal_defs {\n lvs_sync_daemon {\n")
    assert leaving.leave(found, "haproxy") is not None


def test_servers_that_are_checked_alike_share_checks_and_claims() -> None:
    server = "real_server 192.0.2.{0} 80 {{\nweight {0}\nTCP_CHECK {{\n}}\n}}\n"
    text = "virtual_server 192.0.2.1 80 {\n" + server.format(2) + server.format(3) + "}\n"
    one, other = reading(text).topology.pools[0].servers
    assert one.checks is other.checks
    assert one.origin.fields is other.origin.fields
