"""README.md: its commands run as written, and what it shows is what they print."""

from __future__ import annotations

import html
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

from lab import ROOT, hatools

from hatools.cli import COMMANDS

README = (ROOT / "README.md").read_text("utf-8")
SHELL = re.findall(r"^```sh\n(.*?)^```$", README, re.M | re.S)


def test_it_has_two_commands() -> None:
    assert len(SHELL) == 2
    assert all(text.count("\n") == 1 for text in SHELL)


def test_the_first_ends_with_the_conversion_that_is_shown(tmp_path: Path) -> None:
    setup, install, convert = SHELL[0].strip().split(" && ")
    assert setup == "python3 -m venv .venv"
    assert install == ".venv/bin/pip install -q -e '.[dev]'"
    program, *arguments = shlex.split(convert)
    assert program == ".venv/bin/hatools"
    ran = hatools(*arguments)
    assert ran.status == 0
    assert ran.stdout == shown("output")
    assert ran.stderr == shown("report")
    source = next(argument for argument in arguments if argument.endswith(".conf"))
    assert (ROOT / source).read_text() == shown("source")


def test_the_second_is_what_the_build_server_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert script[-1] == SHELL[1].strip()


def test_its_links_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"]
    for page in pages:
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_options_shown_exist() -> None:
    """Every option that a page shows is one of the command on its line, else of convert."""
    for page in [README, (ROOT / "docs" / "convert.md").read_text("utf-8")]:
        for line in page.splitlines():
            named = re.search(rf"hatools ({'|'.join(COMMANDS)})\b", line)
            for option in re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", line):
                if option not in ("--version", "--dist"):  # of other programs
                    assert option in help_of(named[1] if named else "convert"), line


@cache
def help_of(command: str) -> str:
    return hatools(command, "--help").stdout


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_published_configuration_is_shown_side_by_side() -> None:
    folder = ROOT / "docs" / "conversions"
    index = (folder / "README.md").read_text("utf-8")
    pieces = [*(ROOT / "fixtures" / "seeds").glob("*"), *(ROOT / "fixtures").glob("*/seed-*")]
    for piece in pieces:
        name = piece.name.removeprefix("seed-")
        assert f"]({name}.md)" in index
        page = (folder / f"{name}.md").read_text("utf-8")
        tables = re.findall(r"^<table>\n(.*?)\n</table>$", page, re.M | re.S)
        assert len(tables) >= 2, f"{name}.md shows fewer than two languages"
        source = next(piece.glob("input.*")).read_text("utf-8")
        for table in tables:
            assert not re.search(r"\n\s*\n", table), "an empty line would end the table"
            first, _, report = re.findall(r"^<td>(.*?)</td>$", table, re.M | re.S)
            assert html.unescape(first) == f"<pre>{source.strip(chr(10))}</pre>"
            assert re.search(r"\d+ statements: ", report)


def shown(name: str) -> str:
    """Return the block that README.md shows under the anchor *name*."""
    found = re.search(rf"<!-- shown: {name} -->\n```\w*\n(.*?)^```$", README, re.M | re.S)
    assert found, f"README.md shows no {name}"
    return found[1]
