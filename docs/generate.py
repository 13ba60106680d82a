"""Brings what is generated up to date: docs/formats, docs/conversions, docs/rules, …, README.md.

Usage: python docs/generate.py [--check]

The pages come from the tables that drive the converters, and from the
converters themselves, which are tried on every keyword and every fixture.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import availability_page
import conversions
import keyword_pages
import rule_pages
import scenarios

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "fixtures/readme/keepalived.conf"


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
        "availability": availability_page.beginning("fixtures/availability/pair"),
    }
    text = (ROOT / "README.md").read_text("utf-8")
    for name, block in blocks.items():
        pattern = rf"(<!-- shown: {name} -->\n```\w*\n).*?^```$"
        text = re.sub(pattern, lambda found, block=block: f"{found[1]}{block}```", text,
                      flags=re.M | re.S)  # fmt: skip
    return text


def main() -> int:
    """Write what is out of date; with ``--check`` only name it, and leave with 1."""
    made = keyword_pages.pages() | conversions.pages() | scenarios.pages()
    made |= rule_pages.made()
    made |= availability_page.pages()
    made[ROOT / "README.md"] = readme()
    stale = [path for path, text in made.items()
             if not path.exists() or path.read_text("utf-8") != text]  # fmt: skip
    folders = (conversions.FOLDER, scenarios.FOLDER, rule_pages.FOLDER)
    left = [path for folder in folders for path in folder.glob("*") if path not in made]
    for path in stale + left:
        print(f"{path.relative_to(ROOT)} is out of date" + "; run docs/generate.py")
        if "--check" in sys.argv[1:]:
            continue
        if path in left:
            path.unlink()  # its fixture is gone
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(made[path], "utf-8")
    return int(bool(stale + left) and "--check" in sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
