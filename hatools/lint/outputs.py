"""Findings for machines: JSON, SARIF 2.1.0, and GitHub's annotations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from hatools import __version__
from hatools.lint.fixes import edits
from hatools.lint.pages import Page
from hatools.lint.run import Findings
from hatools.text import Diagnostic, Edit, Severity, Source, apply_edits

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
Mask = Callable[[str, str], str]  # path, text -> text without secrets


def as_json(findings: Findings, mask: Mask) -> dict[str, object]:
    """Return the shape of ``--output json`` (docs/lint.schema.json)."""
    counts = {
        severity.value: sum(one.severity is severity for one in findings.remaining)
        for severity in Severity
    }
    return {
        "format_version": 1,
        "diagnostics": [_diagnostic(one, findings.sources, mask) for one in findings.remaining],
        "summary": {**counts, "silenced": len(findings.silenced)},
        "problems": [plain(problem) for problem in findings.problems],
    }


def _diagnostic(one: Diagnostic, sources: Mapping[str, Source], mask: Mask) -> dict[str, object]:
    fix = [edit.as_json() for edit in shown_edits(one, sources, mask)]
    mend = ("unsafe" if one.unsafe else "safe") if one.fix else None
    said = {key: plain(value) if isinstance(value, str) else value
            for key, value in one.as_json().items()}  # fmt: skip
    return {**said, "fix": fix or None, "mend": mend}


def shown_edits(one: Diagnostic, sources: Mapping[str, Source], mask: Mask) -> tuple[Edit, ...]:
    """Return the edits that mend *one*; none where their text would give a secret away."""
    found = edits(one)
    for edit in found:
        source = sources.get(edit.path)
        if source is not None and edit.replacement.strip() and _secret(edit, source, mask):
            return ()
    return found


def _secret(edit: Edit, source: Source, mask: Mask) -> bool:
    """Tell whether what *edit* puts in may be a secret: one stands on its lines afterwards."""
    after = apply_edits(source, [edit]).text
    first = after.rfind("\n", 0, edit.start) + 1
    last = after.find("\n", edit.start + len(edit.replacement))
    lines = after[first : last if last >= 0 else len(after)].split("\n")
    return any(mask(edit.path, line) != line for line in lines)


def plain(text: str) -> str:
    """Return *text* with bytes that are not UTF-8 as ``\\xNN``."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def sarif(findings: Findings, pages: Mapping[str, Page], mask: Mask) -> dict[str, object]:
    """Return a SARIF log (OASIS SARIF 2.1.0) of *findings*; *pages* describe the rules.

    What a comment silences is told, too, as suppressed in the source.
    """
    every = [*findings.remaining, *findings.silenced]
    codes = {code: at for at, code in enumerate(sorted({one.code for one in every}))}
    rules = [_descriptor(code, pages.get(code)) for code in codes]
    results = [_result(one, codes[one.code], findings.sources, mask) for one in every]
    for result in results[len(findings.remaining) :]:
        result["suppressions"] = [{"kind": "inSource"}]
    driver = {
        "name": "hatools",
        "semanticVersion": __version__,
        "rules": rules,
    }
    notes = [{"message": {"text": plain(one)}, "level": "error"} for one in findings.problems]
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {"executionSuccessful": not notes, "toolExecutionNotifications": notes},
        ],
        "results": results,
        "columnKind": "unicodeCodePoints",
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptor(code: str, page: Page | None) -> dict[str, object]:
    found: dict[str, object] = {"id": code}
    if page is not None:
        found["shortDescription"] = {"text": page.title}
        found["help"] = {"text": page.text or page.title}
        found["defaultConfiguration"] = {"level": LEVELS[Severity(page.severity)]}
    return found


def _result(
    one: Diagnostic, index: int, sources: Mapping[str, Source], mask: Mask
) -> dict[str, object]:
    advice = f"; {one.help}" if one.help else ""
    result: dict[str, object] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": LEVELS[one.severity],
        "message": {"text": plain(one.message + advice)},
    }
    if one.span is not None:
        result["locations"] = [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(one.span.path)},
                    "region": {
                        "startLine": one.span.line,
                        "startColumn": one.span.column,
                        "endLine": one.span.end_line,
                        "endColumn": one.span.end_column,
                    },
                }
            }
        ]
    mend = shown_edits(one, sources, mask)
    if mend:
        result["fixes"] = [_fix(one, mend)]
    return result


def _fix(one: Diagnostic, mend: tuple[Edit, ...]) -> dict[str, object]:
    """Return the mend of a finding, by file."""
    changes = [
        {
            "artifactLocation": {"uri": _uri(path)},
            "replacements": [
                {
                    "deletedRegion": {
                        "charOffset": edit.start,
                        "charLength": edit.end - edit.start,
                    },
                    "insertedContent": {"text": plain(edit.replacement)},
                }
                for edit in mend
                if edit.path == path
            ],
        }
        for path in dict.fromkeys(edit.path for edit in mend)
    ]
    return {"description": {"text": plain(one.help or one.message)}, "artifactChanges": changes}


def _uri(path: str) -> str:
    from urllib.parse import quote

    if os.path.isabs(path):
        return "file://" + quote(path, errors="surrogateescape")
    return quote(os.path.normpath(path).replace(os.sep, "/"), errors="surrogateescape")


def github(findings: Findings) -> Iterable[str]:
    """Yield a workflow command of GitHub for each finding, which makes it an annotation.

    The columns of a finding over several lines are left out: GitHub takes none there.
    """
    for one in findings.remaining:
        properties = {}
        span = one.span
        if span is not None:
            properties = {
                "file": os.path.normpath(span.path),
                "line": str(span.line),
                "endLine": str(span.end_line),
            }
            if span.line == span.end_line:
                properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
        properties["title"] = one.code
        said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        advice = f"; {one.help}" if one.help else ""
        yield f"::{COMMANDS[one.severity]} {said}::{_data(one.message + advice)}"
    for problem in findings.problems:
        yield f"::warning title=hatools::{_data(problem)}"


def _data(text: str) -> str:
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
