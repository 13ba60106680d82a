"""The pages in docs/formats: what becomes of each keyword when it is read and written back.

Each keyword is put where its table says it stands, is read, and is written; the
page tells what became of it.  Pages of the first kind are made whole; those of
the second are written by hand around tables that are made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import samples_haproxy
import samples_ipvsadm
import samples_keepalived
import samples_links
from samples import Row

from hatools.model import Topology, differences
from hatools.model.bonding_options import EVERY, MODES, OPTIONS, takes
from hatools.model.origin import Origin
from hatools.plugin import Codec, Place, Reading, Target
from hatools.plugin_host import Host
from hatools.text import Severity, Source

FOLDER = Path(__file__).resolve().parent / "formats"
WHOLE = {"keepalived": samples_keepalived, "haproxy": samples_haproxy}
KEPT = "kept as it is"
GONE = "no longer known since (dropped, with advice)"
HEADS = ("keyword", "also", "takes", "default", "since", "until", "read into", "written")
NOUNS = {"services": "service", "listeners": "listener", "rules": "rule", "pools": "pool",
         "servers": "server", "checks": "check", "routers": "virtual router", "bonds": "bond",
         "ports": "port", "sections": "section", "trackers": "tracker"}  # fmt: skip
LONGEST = 90  # characters of a form that a table shows


# What becomes of a keyword ------------------------------------------------------------------


def objects(topology: Topology) -> Iterator[tuple[str, Origin]]:
    """Yield every object that has an origin, with what it is."""
    yield "setup", topology.origin
    for service in topology.services:
        yield "service", service.origin
        yield from (("listener", listener.origin) for listener in service.listeners)
        yield from (("rule", rule.origin) for rule in service.rules)
    for pool in topology.pools:
        yield "pool", pool.origin
        yield from (("server", server.origin) for server in pool.servers)
    yield from (("virtual router", router.origin) for router in topology.routers)
    yield from (("sync group", group.origin) for group in topology.groups)
    yield from (("tracker", tracker.origin) for tracker in topology.trackers)
    if topology.mail is not None:
        yield "mail", topology.mail.origin
    yield from (("section", section.origin) for section in topology.sections)
    for bond in topology.bonds:
        yield "bond", bond.origin
        yield from (("port", port.origin) for port in bond.ports)


def claims(reading: Reading, line: int) -> tuple[list[str], int]:
    """Return what the statement on *line* was read into, and its index."""
    expansion = reading.expansion
    index = next(i for i in range(len(expansion.statements)) if expansion.span(i).line == line)
    found = [
        f"{kind}: {field}" if field else kind
        for kind, origin in objects(reading.topology)
        if origin.expansion is expansion
        for field, offsets in origin.fields.items()
        if index - origin.at in offsets
    ]
    return [re.sub(r"\.\d+", "", text).replace("_", " ") for text in found], index


def became(form: Codec, reading: Reading, row: Row) -> str:
    """Return what a keyword was read into, `KEPT`, or why it was not."""
    found, index = claims(reading, row.line)
    if row.bare:
        other = read(form, row, row.bare)
        without, _ = claims(other, row.line)
        new = [text for text in found if text not in without]
        found = new or changed(other.topology, reading.topology) or [KEPT]
    said = [text for text in found if not re.match(r"section|.*: (.*\.)?own$", text)]
    if said and said != [KEPT]:
        return ", ".join(dict.fromkeys(said))
    if found:
        return KEPT
    fate = reading.fates.get(index)
    return f"{fate.outcome.value}: {fate.reason}" if fate and fate.reason else "steers the reading"


def changed(one: Topology, other: Topology) -> list[str]:
    """Return what differs between two models, as `claims` would call it."""
    found = []
    for difference in differences(one, other):
        path = difference.partition(":")[0]
        *_, holder, field = ["", *re.split(r"\[\d+\]\.?", path)]
        kind = NOUNS.get(holder.rpartition(".")[2] or "setup", holder)
        found.append(f"{kind}: {field.replace('_', ' ')}" if field else kind)
    return found


def read(form: Codec, row: Row, text: str) -> Reading:
    """Return what *text* means."""
    return form.read(form.expand(form.parse(Source(row.path, text)), Place()))


def tried(load: Callable[[], Codec], row: Row, writes: bool) -> tuple[str, bool]:
    """Return what became of a keyword when it was read, and whether it is written back."""
    form = load()
    reading = read(form, row, row.sample)
    fate = became(form, reading, row)
    writing = form.write(reading.topology, Target()) if writes else None
    text = writing.main.text if writing and writing.main else ""
    names = "|".join(map(re.escape, (row.keyword.name, *row.keyword.aliases)))
    return fate, bool(re.search(rf"(^|[\s,\"'])({names})([\s,=\"']|$)", text))


# Tables --------------------------------------------------------------------------------------


def table(name: str, rows: Iterable[Row]) -> Iterator[str]:
    """Yield a table of the keywords that are read, then the names of the others by their fate."""
    form = Host().formats()[name]
    rest: dict[str, list[str]] = {}
    shown = []
    for row in rows:
        fate, written = tried(form.load, row, form.writes)
        keyword = row.keyword
        instead = keyword.replaced_by or (keyword.aliases or ("",))[0]
        until = keyword.removed
        until = f"{until}: {instead}" if until and instead else until
        if until and fate.startswith("dropped: not understood"):
            rest.setdefault(GONE, []).append(f"`{keyword.name}` ({until})")
        elif fate == KEPT or fate.startswith(("dropped", "steers")):
            rest.setdefault(fate, []).append(f"`{keyword.name}`")
        else:
            also = ", ".join(f"`{alias}`" for alias in keyword.aliases)
            form_of = keyword.arguments if len(keyword.arguments) <= LONGEST else "…"
            shown.append((f"`{keyword.name}`", also, f"`{form_of}`" if form_of else "",
                          keyword.default, keyword.since, until, fate,
                          "yes" if written else ""))  # fmt: skip
    if shown:
        yield from columns(HEADS, shown)
    for number, (fate, names) in enumerate(rest.items()):
        if shown or number:
            yield ""
        yield f"{fate[0].upper()}{fate[1:]}: {', '.join(names)}."


def columns(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a table of Markdown; columns in which nothing stands are left out."""
    lines = [list(heads), *map(list, rows)]
    used = [i for i in range(len(lines[0])) if any(line[i] for line in lines[1:])]
    for number, line in enumerate(lines):
        yield f"| {' | '.join(line[i].replace('|', chr(92) + '|') for i in used)} |"
        if not number:
            yield "|" + "---|" * len(used)


def remarks(codes: dict[str, tuple[Severity, str]]) -> list[str]:
    """Return the table of a format's remarks."""
    rows = [(code, severity.value, about) for code, (severity, about) in sorted(codes.items())]
    return list(columns(("code", "severity", "about"), rows))


def driver_options() -> list[str]:
    """Return the table of the bonding driver's options."""
    heads = ("option", "takes", "default", "since Linux", "works in", "the driver refuses it in")
    return list(columns(heads, (
        (f"`{option.name}`", takes(option), option.default and f"`{option.default}`", option.since,
         "every mode" if option.works == EVERY else _modes(option.works),
         _modes(EVERY - option.taken))
        for option in OPTIONS.values()
    )))  # fmt: skip


def _modes(modes: frozenset[str]) -> str:
    return ", ".join(mode for mode in MODES if mode in modes)


# Pages ---------------------------------------------------------------------------------------


def whole(name: str) -> str:
    """Return the page about format *name*, made from its table and its codec."""
    sections: dict[str, list[Row]] = {}
    for row in WHOLE[name].rows():
        sections.setdefault(row.where, []).append(row)
    tables: dict[str, list[str]] = {}
    for where, rows in sections.items():
        tables.setdefault("\n".join(table(name, rows)), []).append(where)
    text = [WHOLE[name].INTRODUCTION.rstrip()]
    for body, places in tables.items():
        text.append(f"## {', '.join(places)}\n\n{body}")
    return "\n\n".join(text) + "\n"


def link_words(name: str) -> list[str]:
    """Return the tables of a link format, one for each place."""
    sections: dict[str, list[Row]] = {}
    for row in samples_links.rows(name):
        sections.setdefault(row.where, []).append(row)
    text: list[str] = []
    for where, rows in sections.items():
        text += [f"### `{where}`", "", *table(name, rows), ""]
    return text[:-1]


def codes_of(package: str) -> Callable[[], list[str]]:
    """Return the maker of the table of remarks that *package* has in ``CODES``."""

    def make() -> list[str]:
        from importlib import import_module

        found: dict[str, tuple[Severity, str]] = import_module(package).CODES
        return remarks(found)

    return make


BLOCKS: dict[str, dict[str, Callable[[], list[str]]]] = {
    "ipvsadm": {
        "options": lambda: list(table("ipvsadm", samples_ipvsadm.rows())),
        "remarks": codes_of("hatools_ipvsadm.faults"),
    },
    **{
        name: {"words": lambda name=name: link_words(name), "remarks": codes_of(package)}  # type: ignore[misc]
        for name, package in (
            ("nmcli", "hatools_nmcli.faults"),
            ("keyfile", "hatools_keyfile.faults"),
            ("ifcfg", "hatools_ifcfg.faults"),
        )
    },
    "bonding-state": {
        "options": driver_options,
        "remarks": codes_of("hatools_bonding.reader"),
        "remarks on options": codes_of("hatools.model.bonding_options"),
    },
}
"""What is made in each page that is written by hand: ``<!-- made: NAME -->``, ``<!-- end -->``."""


def filled(name: str) -> str:
    """Return the page about format *name* with its tables as they are now."""
    text = (FOLDER / f"{name}.md").read_text("utf-8")
    for block, make in BLOCKS[name].items():
        opening, end = f"<!-- made: {block} -->\n", "<!-- end -->"
        before, found, rest = text.partition(opening)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"{name}.md has no place for {block}")
        text = before + opening + "\n" + "\n".join(make()) + "\n\n" + end + after
    return text


def pages() -> dict[Path, str]:
    """Return every page about a format, by its path."""
    made = {FOLDER / f"{name}.md": whole(name) for name in WHOLE}
    return made | {FOLDER / f"{name}.md": filled(name) for name in BLOCKS}
