"""The pages in docs/conversions: configurations as people publish them, said in every language.

Each shows source, result and report side by side: what `hatools convert` says, nothing more.
"""

from __future__ import annotations

import html
import re
import textwrap
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from hatools.convert import Conversion, Request, convert, report
from hatools.plugin import Modernises, OutFile, Settings
from hatools.plugin_host import Host, codec
from hatools.text import Source

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "conversions"
FORMATS = Host().formats()
KINDS = {
    "service": ("keepalived", "haproxy", "ipvsadm"),
    "link": ("nmcli", "keyfile", "ifcfg"),
}
BY_ENDING = {".conf": "keepalived", ".cfg": "haproxy"}
BY_FOLDER = {"ipvsadm": "ipvsadm", "links": "nmcli"}
WIDTH = 64  # characters of a line of a report
INTRODUCTION = """\
# Conversions, side by side

Configurations as people publish them in articles, with their annotations, mistakes and placeholders, each said in every language that can say it, and for the newest version of its own program where that changes anything: source, result and report.
These pages are made (`docs/generate.py`) from the fixtures in [fixtures/](../../fixtures/README.md) by the very code that `hatools convert` runs; a test keeps them up to date.

What the words in a report mean stands in [report.md](../report.md). In the table: statements kept, moved to a companion file, approximated, dropped, and facts that were assumed.
"""


class Piece(NamedTuple):
    """One configuration: its name, the file, its format, what is given with ``--set``."""

    name: str
    path: Path
    format: str
    given: list[str]

    @property
    def targets(self) -> list[str]:
        """The other languages of its kind."""
        return [name for name in KINDS[FORMATS[self.format].kind] if name != self.format]


class Said(NamedTuple):
    """A conversion, the options that ask for it, and its heading."""

    conversion: Conversion
    options: str
    heading: str


def pieces() -> Iterator[Piece]:
    """Yield every piece, in the order of the index: by format, then by name."""
    found = [
        Piece(path.parent.name, path, BY_ENDING[path.suffix], _given(path.parent))
        for path in (ROOT / "fixtures" / "seeds").glob("*/input.*")
    ]
    found += [
        Piece(path.parent.name.removeprefix("seed-"), path, BY_FOLDER[path.parent.parent.name], [])
        for path in (ROOT / "fixtures").glob("*/seed-*/input.*")
    ]
    order = [name for names in KINDS.values() for name in names]
    yield from sorted(found, key=lambda piece: (order.index(piece.format), piece.name))


def _given(folder: Path) -> list[str]:
    expected = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    return [str(each) for each in expected.get("set", [])]


def said(piece: Piece, target: str) -> Said:
    """Return *piece* said in *target*, with those of the given facts that were asked for."""
    source = Source.from_bytes(piece.path.name, piece.path.read_bytes())
    settings = Settings(piece.given)
    convert(Request(source, target, piece.format, settings=settings), FORMATS, codec)
    idle = {key for key, _ in settings.unused()}
    used = [each for each in piece.given if each.partition("=")[0] not in idle]
    request = Request(source, target, piece.format, settings=Settings(used))
    options = "".join(f" --set {each}" for each in used)
    return Said(convert(request, FORMATS, codec), f"--to {target}{options}", f"to {target}")


def newest(piece: Piece) -> Said | None:
    """Return *piece* brought to the newest version of its program; None where that changes nothing."""
    form = FORMATS[piece.format]
    if not form.versions or not isinstance(codec(form), Modernises):
        return None
    version = form.versions[-1]
    source = Source.from_bytes(piece.path.name, piece.path.read_bytes())
    request = Request(source, piece.format, piece.format, target_versions={"": version})
    conversion = convert(request, FORMATS, codec)
    if not conversion.files or conversion.files[0].text == source.text:
        return None
    options = f"--to {piece.format} --target-version {version}"
    return Said(conversion, options, f"for {form.program} {version}")


# Pages ---------------------------------------------------------------------------------------


def page(piece: Piece, every: Iterable[Said]) -> str:
    """Return the page that shows *piece*."""
    place = piece.path.relative_to(ROOT).as_posix()
    parts = [f"# {titled(piece.name)}", f"[{place}](../../{place}), [all conversions](README.md)"]
    for conversion, options, heading in every:
        parts.append(f"## {piece.format} {heading}")
        parts.append(f"    hatools convert {piece.path.name} --from {piece.format} {options}")
        parts.append(table(piece, conversion))
    return "\n\n".join(parts) + "\n"


def table(piece: Piece, conversion: Conversion) -> str:
    """Return source, result and report as three columns."""
    text = conversion.reading.expansion.documents[0].source.text
    cells = [block(text), "".join(files(conversion)), block("\n".join(told(conversion)))]
    heads = [f"{piece.path.name} ({piece.format})", conversion.target.name, "report"]
    return "\n".join(
        ["<table>", "<tr>", *(f"<th>{html.escape(head)}</th>" for head in heads), "</tr>",
         '<tr valign="top">', *(f"<td>{cell}</td>" for cell in cells), "</tr>", "</table>"]
    )  # fmt: skip


def files(conversion: Conversion) -> Iterator[str]:
    """Yield the main file, then its companions, folded."""
    if not conversion.files:
        yield "Nothing is left to write: the report says why."
    for number, file in enumerate(conversion.files):
        if number:
            yield f"<details><summary>{html.escape(_label(file))}</summary>{block(file.text)}</details>"
        else:
            yield block(file.text)


def _label(file: OutFile) -> str:
    return f"{file.name}: {file.purpose}" if file.purpose else file.name


def told(conversion: Conversion) -> Iterator[str]:
    """Yield the remarks and the report as a terminal shows them, folded at `WIDTH`."""
    for remark in conversion.diagnostics:
        yield from _folded(str(remark), "  ")
    if conversion.diagnostics:
        yield ""
    for _, line in report.lines(conversion):
        yield from _folded(line, " " * 16 if line.startswith("  ") else "  ")


def _folded(line: str, indent: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, drop_whitespace=True,
                         break_on_hyphens=False) or [""]  # fmt: skip


def block(text: str) -> str:
    """Return *text* as it is, for a cell of a table in Markdown, where no line may be empty."""
    shown = html.escape(text.encode("utf-8", "replace").decode("utf-8"), quote=False)
    shown = re.sub(r"[ \t]+(?=\n|$)", _entities, shown).replace("\r", "&#13;").strip("\n")
    shown = re.sub(r"\n{2,}", lambda found: "&#10;" * (len(found[0]) - 1) + "\n", shown)
    return f"<pre>{shown}</pre>"


def _entities(found: re.Match[str]) -> str:
    """Return white space at the end of a line so that no editor takes it away."""
    return found[0].replace(" ", "&#32;").replace("\t", "&#9;")


def titled(name: str) -> str:
    """Return the name of a piece as a title."""
    words = name.replace("-", " ")
    return words[0].upper() + words[1:]


def index(made: Iterable[tuple[Piece, list[Said]]]) -> str:
    """Return the page that lists them all, with what became of their statements."""
    lines = [INTRODUCTION.rstrip()]
    before = ""
    for piece, every in made:
        if piece.format != before:
            heads = [f"to {target}" for target in piece.targets]
            lines += ["", f"## {piece.format}", "", f"| piece | {' | '.join(heads)} |",
                      "|---" * (len(heads) + 1) + "|"]  # fmt: skip
            before = piece.format
        cells = [_counts(each.conversion) for each in every[: len(piece.targets)]]
        lines.append(f"| [{titled(piece.name)}]({piece.name}.md) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _counts(conversion: Conversion) -> str:
    counts = conversion.account.summary()
    text = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return text if conversion.files else f"nothing to write: {text}"


def pages() -> dict[Path, str]:
    """Return the index and every page, by path."""
    made = []
    for piece in pieces():
        every = [said(piece, target) for target in piece.targets]
        modern = newest(piece)
        made.append((piece, every + ([modern] if modern else [])))
    shown = {FOLDER / f"{piece.name}.md": page(piece, every) for piece, every in made}
    return {FOLDER / "README.md": index(made), **shown}
