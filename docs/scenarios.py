"""The pages in docs/scenarios: scenarios with their pictures and reports, as `hatools simulate` gives them.

The first comment lines of a scenario are the page's introduction.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hatools.cli.simulate import prepared
from hatools.simulate import timeline
from hatools.simulate.plot import plot
from hatools.simulate.result import Result
from hatools.simulate.run import simulate

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures" / "scenarios"
FOLDER = ROOT / "docs" / "scenarios"
WIDTH = 96  # columns of a report
INTRODUCTION = """\
# Scenarios

What fails in clusters that people build, seen through `hatools simulate`: each page has the scenario, its picture and its report.
These pages are made (`docs/generate.py`) from the files in `fixtures/scenarios/` by the very code that `hatools simulate` runs; a test keeps them up to date.
The language is described in [simulate.md](../simulate.md), the report in [simulation-report.md](../simulation-report.md).
"""


def cases() -> Iterator[Path]:
    """Yield the scenarios, by name."""
    yield from sorted(FIXTURES.glob("*/*.scenario"))


def result_of(path: Path) -> Result:
    """Return what the scenario at *path* leads to; places are named from its own folder."""
    scenario, cluster = prepared((os.path.relpath(path),), (), (), (), ())
    found = simulate(scenario, cluster)
    verdicts = tuple(one._replace(path=path.name) for one in found.verdicts)
    return found._replace(verdicts=verdicts)


def introduced(text: str) -> tuple[str, str]:
    """Return the comment lines that *text* begins with, and the rest."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    said = "\n".join(line.lstrip("# ") for line in lines[:end])
    return said, "\n".join(lines[end:])


def page(path: Path, result: Result) -> str:
    """Return the page about the scenario at *path*."""
    said, rest = introduced(path.read_text("utf-8"))
    place = path.relative_to(ROOT).as_posix()
    files = [
        f"[{file.relative_to(path.parent).as_posix()}](../../{file.relative_to(ROOT).as_posix()})"
        for file in sorted(path.parent.rglob("*"))
        if file.is_file()
    ]
    report = "\n".join(line for _, line in timeline.lines(result, WIDTH)).rstrip()
    parts = [
        f"# {result.name[:1].upper()}{result.name[1:]}",
        said,
        f"![{result.name}: roles, servers and connections over time]({path.stem}.svg)",
        f"```\n{rest.strip()}\n```",
        f"Files: {', '.join(files)}",
        f"    hatools simulate {place}",
        f"```\n{report}\n```",
        "[All scenarios](README.md)",
    ]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Return every page and picture by its path."""
    made: dict[Path, str] = {}
    index = [INTRODUCTION]
    for path in cases():
        result = result_of(path)
        made[FOLDER / f"{path.stem}.md"] = page(path, result)
        made[FOLDER / f"{path.stem}.svg"] = plot(result)
        said, _ = introduced(path.read_text("utf-8"))
        name = f"{result.name[:1].upper()}{result.name[1:]}"
        first = said.split("\n")[0]
        index.append(f"## [{name}]({path.stem}.md)\n\n{first}\n\n![{name}]({path.stem}.svg)\n")
    made[FOLDER / "README.md"] = "\n".join(index)
    return made
