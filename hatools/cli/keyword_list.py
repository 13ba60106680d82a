"""Chooses and shows the keywords of a language."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from hatools.cli.messages import printable, say
from hatools.errors import BadSetting, HatoolsError, PluginProblem
from hatools.plugin.contracts import Format
from hatools.plugin.keywords import Keyword, ListsKeywords

HEADS = ("keyword", "in", "kind", "arguments", "values", "default", "since", "deprecated",
         "removed", "replaced by", "also", "note")  # fmt: skip
NARROWEST = 8  # characters that a column keeps on a terminal, however many there are
FORMAT_VERSION = 1


def show(
    form: Format, name: str, place: str, version: str, output: str, problems: Sequence[str]
) -> None:
    """Print the keywords of *form* that *name*, *place* and *version* leave; empty leaves all.

    Raises `BadSetting` when nothing is left, naming what was perhaps meant.
    """
    from hatools.reading.meaning import program_version

    every = listed(form)
    program_version({"": version} if version else {}, form, "--version")
    chosen = called(name, every, form)
    chosen = standing_in(place, chosen, every, form)
    chosen = [keyword for keyword in chosen if not version or keyword.known_in(version)]
    if not chosen:
        asked = f"{name or 'any such keyword'}{f' in {place}' if place else ''}"
        raise BadSetting(f"{form.program or form.name} {version} does not know {asked}",
                         "leave out --version to see since when it does")  # fmt: skip
    if output == "json":
        _print_json(form, version, chosen, problems)
        return
    for problem in problems:
        say(f"hatools: {problem}", "warning")
    rows = [cells(keyword) for keyword in chosen]
    if on_terminal():
        _print_columns(rows)
    else:
        click.echo("\n".join("\t".join(row) for row in [HEADS, *rows]))


def on_terminal() -> bool:
    """Tell whether a person reads the answer as it comes."""
    return sys.stdout.isatty()


def listed(form: Format) -> list[Keyword]:
    """Return all keywords of *form*.

    Raises `BadSetting` when its codec cannot list them, `PluginProblem` when that fails.
    """
    from hatools.plugin_host import codec

    lister = codec(form)
    if not isinstance(lister, ListsKeywords):
        raise BadSetting(f"the plugin of {form.name} does not list its keywords",
                         f"see the documentation of {form.program or form.name}")  # fmt: skip
    try:
        return [keyword for keyword in lister.keywords() if keyword.name]
    except HatoolsError:
        raise
    except (Exception, SystemExit) as error:  # the plugin border
        raise PluginProblem(
            f"the format {form.name} failed to list its keywords: {type(error).__name__}: {error}",
            "this is a fault of the plugin",
        ) from error


def called(name: str, every: Sequence[Keyword], form: Format) -> list[Keyword]:
    """Return the keywords called *name*, or else those that begin with it."""
    exact = [keyword for keyword in every if name in (keyword.name, *keyword.aliases)]
    found = exact or [keyword for keyword in every if keyword.name.startswith(name)]
    if found:
        return found
    return _unknown(name, f"{form.name} has no keyword", {keyword.name for keyword in every})


def standing_in(
    place: str, chosen: Sequence[Keyword], every: Sequence[Keyword], form: Format
) -> list[Keyword]:
    """Return those of *chosen* that may stand in *place*; all for none."""
    if not place or any(keyword.stands_in(place) for keyword in every):
        return [keyword for keyword in chosen if not place or keyword.stands_in(place)]
    places = {path for keyword in every for path in keyword.places}
    return _unknown(place, f"{form.name} has no block or section", places)


def _unknown(name: str, message: str, known: set[str]) -> list[Keyword]:
    from hatools.text import near

    meant = near(name, sorted(known))
    raise BadSetting(
        f"{message} {name!r}", f"did you mean {meant}?" if meant else "leave it out to see all"
    )


def cells(keyword: Keyword) -> list[str]:
    """Return what `HEADS` name of *keyword*, each on one line."""
    row = [keyword.name, ", ".join(keyword.places), keyword.kind, keyword.arguments,
           ", ".join(keyword.values), *keyword[5:10], ", ".join(keyword.aliases),
           keyword.note]  # fmt: skip
    return [" ".join(printable(cell).split()) for cell in row]


def _print_json(
    form: Format, version: str, chosen: Sequence[Keyword], problems: Sequence[str]
) -> None:
    import json

    shape = {
        "format_version": FORMAT_VERSION,
        "format": form.name,
        "program": form.program,
        "versions": list(form.versions),
        "version": version,
        "keywords": [keyword._asdict() for keyword in chosen],
        "problems": list(problems),
    }
    click.echo(json.dumps(shape, indent=2))


def _print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Print *rows* as columns of the terminal's width; long cells go on below themselves."""
    import shutil
    import textwrap

    used = [i for i in range(len(HEADS)) if any(row[i] for row in rows)]
    widths = {i: max(len(HEADS[i]), *(len(row[i]) for row in rows)) for i in used}
    _fit(widths, shutil.get_terminal_size().columns - 2 * (len(used) - 1))
    for number, row in enumerate([HEADS, *rows]):
        wrapped = [textwrap.wrap(row[i], widths[i]) or [""] for i in used]
        for line in range(max(map(len, wrapped))):
            parts = (
                (cell[line] if line < len(cell) else "").ljust(widths[i])
                for i, cell in zip(used, wrapped, strict=True)
            )
            click.secho("  ".join(parts).rstrip(), bold=number == 0)


def _fit(widths: dict[int, int], room: int) -> None:
    """Narrow the widest of *widths* until all fit into *room* characters, or none can be."""
    while sum(widths.values()) > room:
        widest = max(widths, key=lambda i: widths[i])
        if widths[widest] <= NARROWEST:
            return
        widths[widest] -= 1
