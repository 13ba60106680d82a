"""Generates docs/rules: an index of all that lint may find, and a page for each family of codes."""

from __future__ import annotations

from pathlib import Path

from hatools.lint.pages import Page, pages
from hatools.plugin_host import Host

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "rules"
CASES = ROOT / "fixtures" / "rules"
MOST_LINES = 40  # of a case that is shown
FAMILIES = {
    "KA": "keepalived.conf",
    "HP": "haproxy.cfg",
    "LV": "tables of IPVS",
    "IV": "the text of ipvsadm's rules, scripts and listings",
    "BD": "bonded links",
    "XN": "what goes wrong between nodes",
    "TX": "texts, whatever their language",
    "HT": "what hatools says of itself",
}


def made() -> dict[Path, str]:
    """Return the pages by path."""
    known = [
        one for one in pages(Host().named("hatools_rules")).values() if one.source == "hatools"
    ]
    families: dict[str, list[Page]] = {}
    for one in known:
        families.setdefault(one.code.rstrip("0123456789"), []).append(one)
    found = {FOLDER / "README.md": _index(families)}
    for name, own in families.items():
        found[FOLDER / f"{name}.md"] = _family(name, own)
    return found


def _index(families: dict[str, list[Page]]) -> str:
    lines = [
        "# What `hatools lint` may find",
        "",
        "Generated from the rules' own docstrings; `hatools rules CODE` shows the same text."
        " How to use, silence and configure them: [lint.md](../lint.md).",
        "",
    ]
    order = [name for name in FAMILIES if name in families]
    order += sorted(families.keys() - set(order))
    for name in order:
        lines += [f"## [{name}]({name}.md): {FAMILIES.get(name, name)}", ""]
        lines += ["| code | severity | what is wrong |", "|---|---|---|"]
        lines += [
            f"| [{one.code}]({name}.md#{one.code.lower()}) | {one.severity} | {_cell(one.title)} |"
            for one in families[name]
        ]
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _family(name: str, own: list[Page]) -> str:
    lines = [f"# {name}: {FAMILIES.get(name, name)}", "", "[All codes](README.md)", ""]
    for one in own:
        lines += [f"## {one.code}", "", f"**{one.title}** ({one.severity})", "", one.text, ""]
        lines += _cases(one.code)
    return "\n".join(lines)


def _cases(code: str) -> list[str]:
    """Return the first bad and the first good case of a code, where they are short enough."""
    lines: list[str] = []
    for kind, title in ("bad", "Found in"), ("good", "Not in"):
        paths = sorted((CASES / code).glob(f"{kind}*")) if (CASES / code).is_dir() else []
        if not paths or paths[0].is_dir():
            continue
        data = paths[0].read_bytes()
        text = data.decode("utf-8", "replace").replace("\r", "␍").replace("\0", "␀")
        if text.count("\n") > MOST_LINES or "```" in text:
            continue
        lines += [f"{title}:", "", "```", text.rstrip("\n"), "```", ""]
    return lines
