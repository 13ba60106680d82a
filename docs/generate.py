"""Brings what is generated up to date: the pages in docs/formats, the blocks that README.md shows.

Usage: python docs/generate.py [--check]

The pages come from the keyword tables that drive the converters, and from the
converters themselves: each keyword is put where its table says it stands, is
read, and is written back; the page tells what became of it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import samples_haproxy
import samples_keepalived
from samples import Row

from hatools.model import Topology
from hatools.model.origin import Origin
from hatools.plugin import Codec, Place, Reading, Target
from hatools.plugin_host import Host, codec
from hatools.text import Source

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "fixtures/readme/keepalived.conf"
FORMATS = {"keepalived": samples_keepalived, "haproxy": samples_haproxy}
KEPT = "kept as it is"
GONE = "no longer known since (dropped, with advice)"


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
        without, _ = claims(read(form, row.bare), row.line)
        found = [text for text in found if text not in without] or [KEPT]
    said = [text for text in found if not re.match(r"section|.*: (.*\.)?own$", text)]
    if said and said != [KEPT]:
        return ", ".join(dict.fromkeys(said))
    if found:
        return KEPT
    fate = reading.fates.get(index)
    return f"{fate.outcome.value}: {fate.reason}" if fate and fate.reason else "steers the reading"


def read(form: Codec, text: str) -> Reading:
    """Return what *text* means."""
    return form.read(form.expand(form.parse(Source("sample", text)), Place()))


def tried(form: Codec, row: Row) -> tuple[str, bool]:
    """Return what became of a keyword when it was read, and whether it is written back."""
    reading = read(form, row.sample)
    writing = form.write(reading.topology, Target())
    written = f" {' '.join(writing.main.text.split())} " if writing.main else ""
    return became(form, reading, row), f" {row.keyword} " in written


# Pages ---------------------------------------------------------------------------------------


def page(name: str) -> str:
    """Return the page about format *name*, from its table and its codec."""
    form = codec(Host().formats()[name])
    sections: dict[str, list[Row]] = {}
    for row in FORMATS[name].rows():
        sections.setdefault(row.where, []).append(row)
    tables: dict[str, list[str]] = {}
    for where, rows in sections.items():
        tables.setdefault("\n".join(table(form, rows)), []).append(where)
    text = [FORMATS[name].INTRODUCTION.rstrip()]
    for body, places in tables.items():
        text.append(f"## {', '.join(places)}\n\n{body}")
    return "\n\n".join(text) + "\n"


def table(form: Codec, rows: Iterable[Row]) -> Iterator[str]:
    """Yield a table of the keywords that are read, then the names of the others by their fate."""
    rest: dict[str, list[str]] = {}
    shown = []
    for row in rows:
        fate, written = tried(form, row)
        until = f"{row.until}: {row.instead}" if row.until and row.instead else row.until
        if row.until and fate.startswith("dropped: not understood"):
            rest.setdefault(GONE, []).append(f"`{row.keyword}` ({until})")
        elif fate == KEPT or fate.startswith(("dropped", "steers")):
            rest.setdefault(fate, []).append(f"`{row.keyword}`")
        else:
            shown.append((f"`{row.keyword}`", row.since, until, fate, "yes" if written else ""))
    if shown:
        yield "| keyword | since | until | read into | written |"
        yield "|---|---|---|---|---|"
        yield from (f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in shown)
    for number, (fate, names) in enumerate(rest.items()):
        if shown or number:
            yield ""
        yield f"{fate[0].upper()}{fate[1:]}: {', '.join(names)}."


# README --------------------------------------------------------------------------------------


def readme() -> str:
    """Return README.md with what its example really gives."""
    done = subprocess.run(
        [sys.executable, "-m", "hatools", "convert", EXAMPLE, "--to", "haproxy"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    blocks = {
        "source": (ROOT / EXAMPLE).read_text("utf-8"),
        "output": done.stdout,
        "report": done.stderr,
    }
    text = (ROOT / "README.md").read_text("utf-8")
    for name, block in blocks.items():
        pattern = rf"(<!-- shown: {name} -->\n```\w*\n).*?^```$"
        text = re.sub(pattern, lambda found, block=block: f"{found[1]}{block}```", text,
                      flags=re.M | re.S)  # fmt: skip
    return text


def main() -> int:
    """Write what is out of date; with ``--check`` only name it, and leave with 1."""
    made = {ROOT / "docs" / "formats" / f"{name}.md": page(name) for name in FORMATS}
    made[ROOT / "README.md"] = readme()
    stale = [path for path, text in made.items()
             if not path.exists() or path.read_text("utf-8") != text]  # fmt: skip
    for path in stale:
        print(f"{path.relative_to(ROOT)} is out of date" + "; run docs/generate.py")
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(exist_ok=True)
            path.write_text(made[path], "utf-8")
    return int(bool(stale) and "--check" in sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
