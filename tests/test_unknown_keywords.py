"""Every keyword of the corpus is known, or a real mistake in its file; so are the frequent ones."""

from __future__ import annotations

import csv
import re

import pytest
from corpus import CORPUS, WHY_NOT, specimens

from hatools.convert.files import TreeFiles
from hatools.plugin import Place, Settings
from hatools.plugin_host import Host, codec
from hatools.text import Source
from hatools_haproxy import keywords as haproxy_keywords
from hatools_keepalived import keywords as keepalived_keywords

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=WHY_NOT)
FORMATS = Host().formats()
SETTINGS = Settings(("vip=192.0.2.10", "config_id=main"))
_UNKNOWN = re.compile(r"unknown (?:\S+ )?(?:keyword|section|mode|option) '([^']*)'")

# By the end of a file's name: why its words are unknown, and the words.
MISTAKES: dict[str, tuple[str, str]] = {
    "_docs~fixtures~partial-section.cfg": (
        "a section cut short on purpose",
        "fron",
    ),
    "e__docs~fixtures~wrong-section.cfg": (
        "a keyword put into another section on purpose",
        "daemon",
    ),
    "t~fixtures~diagnostics-invalid.cfg": (
        "made-up words of a test of diagnostics",
        "external-check;option notreal;ftp;stats notreal;http-request notreal",
    ),
    "__test~fixtures~global-modules.cfg": (
        "settings of HAProxy's enterprise edition",
        "module-path;module-load",
    ),
    "st~fixtures~grammar-directives.cfg": (
        "lines of proxies put under a cache",
        "use_backend;log-format-sd;bind;http-after-response",
    ),
    "tion~fixtures~diagnostics-long.cfg": (
        "made-up settings of a test of diagnostics",
        "tune.ssl.number;tune.ssl.ssl-ctx-cache-timeout;tune.vars.req-max-size;"
        "tune.vars.res-max-size;tune.idle-pool.timeout;tune.buckets;tune.mem.max-realloc;"
        "tune.lua.server-timeout;tune.quic.backend.max-idle-timeout;"
        "tune.quic.backend.max-streams-bidi;tune.quic.relay.max-idle-timeout;"
        "tune.quic.relay.max-streams-bidi;tune.h2.max-header-list-size;"
        "tune.h2.interstitial-to;tune.h1.case-adjust-bogus-server;"
        "tune.h1.case-adjust-bogus-client;tune.h1.case-adjust-bogus-chunk;"
        "tune.h1.zero-copy-fwd;tune.comp.options;tune.comp.algo",
    ),
    "ration~fixtures~listen-invalid.cfg": (
        "made-up words of a test of diagnostics",
        "ftp;stats notreal;http-request notreal",
    ),
    "egration~fixtures~unknown-mode.cfg": (
        "a made-up word of a test of diagnostics",
        "ftp",
    ),
    "ration~fixtures~unknown-option.cfg": (
        "a made-up word of a test of diagnostics",
        "option notreal",
    ),
    "gration~fixtures~wrong-section.cfg": (
        "a keyword put into another section on purpose",
        "external-check",
    ),
    "ig__tests~unsupported~nonesens.cfg": (
        "nonsense on purpose",
        "this",
    ),
    "oxy_basic.cfg.go@configSnippet.cfg": (
        "global settings in a frontend",
        "tune.ssl.default-dh-param;tune.bufsize",
    ),
    "aproxy_fail.cfg.go@configFail1.cfg": (
        "nonsense on purpose",
        "0",
    ),
    "aproxy_fail.cfg.go@configFail2.cfg": (
        "nonsense on purpose",
        "0",
    ),
    "maker_cluster__lb1~keepalived.conf": (
        "a server block, as no version has it",
        "server",
    ),
    "ests~test_keepalived.aug@str0.conf": (
        "lvs_id went before 1.2, ha_suspend is for virtual servers, raise should be rise",
        "lvs_id;ha_suspend;raise",
    ),
    "_keepalived~keepalived-backup.conf": (
        "fail should be fall",
        "fail",
    ),
    "_keepalived~keepalived-master.conf": (
        "fail should be fall",
        "fail",
    ),
    "indows__keepalived~keepalived.conf": (
        "interface_name belongs to a port for Windows",
        "interface_name",
    ),
    "es__etc~keepalived~keepalived.conf": (
        "inteface should be interface",
        "lvs_sync_daemon_inteface",
    ),
    "ed__etc~keepalived~keepalived.conf": (
        "template text",
        "{{$vips;{{$iface",
    ),
    "keepalived~keepalived-backup.conf": (
        "fail should be fall",
        "fail",
    ),
    "keepalived~keepalived-master.conf": (
        "fail should be fall",
        "fail",
    ),
}


def unknown_in(path: object, format_name: str, source: Source) -> list[str]:
    """Return the keywords of *source* that hatools does not know, in order."""
    machine = codec(FORMATS[format_name])
    files = TreeFiles(str(path))
    expansion = machine.expand(machine.parse(source), Place("", SETTINGS, files))
    found = [*expansion.diagnostics, *machine.read(expansion).diagnostics]
    words = [match[1] for each in found if (match := _UNKNOWN.search(each.message))]
    return list(dict.fromkeys(words))


def language(name: str, source: Source) -> str:
    """Return the format that a file of links or of ipvsadm is in, '' for none."""
    scores = {key: each.recognise(name, source.text[:4096]) for key, each in FORMATS.items()}
    best = max(scores, key=lambda key: scores[key])
    return best if scores[best] else ""


def test_unknown_keywords_are_mistakes_in_their_files() -> None:
    wrong = []
    for specimen in specimens("haproxy", "keepalived", "ipvsadm", "bonding"):
        source = Source.from_bytes(specimen.path.name, specimen.path.read_bytes())
        known = specimen.format in ("haproxy", "keepalived")
        name = specimen.format if known else language(specimen.path.name, source)
        if not name:
            continue
        for word in unknown_in(specimen.path.parent, name, source):
            mistakes = [
                said for end, (_, said) in MISTAKES.items() if specimen.path.name.endswith(end)
            ]
            if not any(word in said.split(";") for said in mistakes):
                wrong.append((specimen.id, word))
    assert not wrong


# Words that many write and no version has, or that stand in another kind of section.
WIDESPREAD = {
    ("TCP_CHECK", "nb_get_retry"): "belongs to HTTP_GET; TCP_CHECK has retry",
    ("vrrp_instance", "lvs_sync_daemon_inteface"): "misspelt",
    ("(root)", "local_address_group"): "of DPVS, a private addition",
}
_LEAST_REPOSITORIES = 3


def rows_of(name: str) -> list[dict[str, str]]:
    with (CORPUS / f"frequency_{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_frequent_keywords_of_haproxy_are_known_in_their_sections() -> None:
    unknown = []
    for row in rows_of("haproxy"):
        section, words = row["section"], tuple(row["keyword"].split())
        if words[0].startswith(".") or int(row["repos"]) < _LEAST_REPOSITORIES:
            continue
        if section == "(section)":
            known = words[0] in haproxy_keywords.sections()
        else:
            heads = [*haproxy_keywords.known_words(section)]
            known = haproxy_keywords.lookup(section, words) is not None or any(
                head.split()[0] == words[0] for head in heads
            )
        if not known:
            unknown.append((section, row["keyword"]))
    assert not unknown


def test_frequent_keywords_of_keepalived_are_known_in_their_blocks() -> None:
    blocks: dict[str, set[str]] = {}
    for path, keyword in keepalived_keywords.rows():
        blocks.setdefault(path[-1] if path else "(root)", set()).add(keyword.name)
    blocks["(root)"] |= blocks["<parser>"]
    unknown = []
    for row in rows_of("keepalived"):
        block, word = row["block"].split("/")[-1], row["keyword"]
        if int(row["repos"]) < _LEAST_REPOSITORIES or word == "<entry>" or block not in blocks:
            continue
        if word not in blocks[block] and (block, word) not in WIDESPREAD:
            unknown.append((block, word))
    assert not unknown
