"""Findings for machines: JSON, SARIF 2.1.0, and GitHub's annotations."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from hatools import __version__
from hatools.lint.pages import Page
from hatools.lint.run import Findings
from hatools.text import Diagnostic, Severity, Source

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(findings: Findings) -> dict[str, object]:
    """Return the shape of ``--output json`` (docs/lint.schema.json)."""
    counts = {
        severity.value: sum(one.severity is severity for one in findings.remaining)
        for severity in Severity
    }
    return {
        "format_version": 1,
        "diagnostics": [one.as_json() for one in findings.remaining],
        "summary": {**counts, "silenced": len(findings.silenced)},
        "problems": list(findings.problems),
    }


def sarif(findings: Findings, pages: Mapping[str, Page]) -> dict[str, object]:
    """Return a SARIF log (OASIS SARIF 2.1.0) of *findings*; *pages* describe the rules."""
    codes = sorted({one.code for one in findings.remaining})
    rules = [_descriptor(code, pages.get(code)) for code in codes]
    results = [_result(one, codes.index(one.code), findings.sources) for one in findings.remaining]
    driver = {"name": "hatools", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptor(code: str, page: Page | None) -> dict[str, object]:
    found: dict[str, object] = {"id": code}
    if page is not None:
        found["shortDescription"] = {"text": page.title}
        found["help"] = {"text": page.text or page.title}
        found["defaultConfiguration"] = {"level": LEVELS[Severity(page.severity)]}
    return found


def _result(one: Diagnostic, index: int, sources: Mapping[str, Source]) -> dict[str, object]:
    advice = f"; {one.help}" if one.help else ""
    result: dict[str, object] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": LEVELS[one.severity],
        "message": {"text": one.message + advice},
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
    if one.fix:
        result["fixes"] = [_fix(one, sources)]
    return result


def _fix(one: Diagnostic, sources: Mapping[str, Source]) -> dict[str, object]:
    """Return the mend of a finding, by file."""
    own = one.span.path if one.span else ""
    paths = dict.fromkeys(edit.path or own for edit in one.fix)
    changes = [
        {
            "artifactLocation": {"uri": _uri(path)},
            "replacements": [
                {
                    "deletedRegion": {
                        "charOffset": edit.start,
                        "charLength": edit.end - edit.start,
                    },
                    "insertedContent": {"text": edit.replacement},
                }
                for edit in one.fix
                if (edit.path or own) == path
            ],
        }
        for path in paths
    ]
    return {"description": {"text": one.help or one.message}, "artifactChanges": changes}


def _uri(path: str) -> str:
    from urllib.parse import quote

    if os.path.isabs(path):
        return "file://" + quote(path, errors="surrogateescape")
    return quote(os.path.normpath(path).replace(os.sep, "/"), errors="surrogateescape")


def github(findings: Findings) -> Iterable[str]:
    """Yield a workflow command of GitHub for each finding, which makes it an annotation."""
    for one in findings.remaining:
        properties = {"title": one.code}
        if one.span is not None:
            properties = {
                "file": os.path.normpath(one.span.path),
                "line": str(one.span.line),
                "endLine": str(one.span.end_line),
                "col": str(one.span.column),
                "endColumn": str(one.span.end_column),
                **properties,
            }
        said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        advice = f"; {one.help}" if one.help else ""
        yield f"::{COMMANDS[one.severity]} {said}::{_data(one.message + advice)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
