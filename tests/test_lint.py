"""``hatools lint`` as users meet it: what is selected, silenced, mended, old, printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import ROOT, Ran, hatools

from hatools.lint.fixes import fix, unified
from hatools.lint.selection import Selection
from hatools.text import Diagnostic, Edit, Severity, Source, Span

SCHEMA = json.loads((ROOT / "docs" / "lint.schema.json").read_text("utf-8"))
SARIF = json.loads((ROOT / "tests" / "sarif-2.1.0.json").read_text("utf-8"))
GLUED = """\
vrrp_instance shop {
    interface eth0
    virtual_router_id 51
    priorty 150
    virtual_ipaddress {
        192.0.2.10/24
    }
}
"""  # KA201, an error: an unknown word
DATED = """\
virtual_server 192.0.2.10 80 {
    protocol TCP
    real_server 192.0.2.11 80 {
        HTTP_GET {
            url {
                path /
                status_code 200
            }
            nb_get_retry 3
        }
    }
}
"""  # KA207, with a safe fix: an old word


def written(folder: Path, **files: str) -> Path:
    """Write *files* into *folder*; ``_`` in a name stands for the dot, ``__`` for a slash."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return folder


def codes(ran: Ran) -> list[str]:
    """Return the codes that ``--output json`` tells."""
    return [one["code"] for one in json.loads(ran.stdout)["diagnostics"]]


def lint(folder: Path, *arguments: str) -> Ran:
    return hatools("lint", *arguments, "--output", "json", cwd=folder)


def diagnostic(code: str = "KA301", path: str = "a.conf", line: int = 1) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, "wrong", Span(path, line, 1, line, 2))


# Selection --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("select", "ignore", "wanted"),
    [
        ((), (), True),
        (("KA",), (), True),
        (("HP",), (), False),
        ((), ("KA",), False),
        (("KA3",), ("KA",), True),
        (("KA",), ("KA3",), False),
        (("KA301",), ("KA30",), True),
        (("KA",), ("KA",), False),
        (("ALL",), ("KA301",), False),
        (("KA301",), ("ALL",), True),
        ((), ("ALL",), False),
    ],
)
def test_the_longest_beginning_decides(
    select: tuple[str, ...], ignore: tuple[str, ...], wanted: bool
) -> None:
    assert Selection(select, ignore).wants("KA301") is wanted


def test_the_command_line_wins_over_the_file() -> None:
    file = Selection(("KA",), ("KA301",))
    assert not file.wants("KA301")
    assert file.narrowed(("KA301",), ()).wants("KA301")
    assert not file.narrowed(("KA",), ()).wants("KA301")
    assert not file.narrowed((), ("KA",)).wants("KA302")


def test_paths_are_as_seen_from_the_settings(tmp_path: Path) -> None:
    selection = Selection(paths={"old/*.conf": ("KA",)}, base=str(tmp_path))
    assert not selection.wants("KA301", str(tmp_path / "old" / "a.conf"))
    assert not selection.wants("KA301", str(tmp_path / "site" / "old" / "a.conf"))
    assert selection.wants("KA301", str(tmp_path / "new" / "a.conf"))
    assert selection.wants("TX001", str(tmp_path / "old" / "a.conf"))
    picked = selection._replace(select=("KA301",))
    assert not picked.wants("KA301", str(tmp_path / "old" / "a.conf"))


def test_severities_are_the_users() -> None:
    selection = Selection(severities={"KA": Severity.INFO, "KA301": Severity.ERROR})
    assert selection.graded(diagnostic("KA301")).severity is Severity.ERROR
    assert selection.graded(diagnostic("KA302")).severity is Severity.INFO
    assert selection.graded(diagnostic("HP301")).severity is Severity.WARNING


def test_a_code_that_does_not_exist_is_said(tmp_path: Path) -> None:
    written(tmp_path, keepalived_conf=GLUED)
    ran = hatools("lint", "keepalived.conf", "--select", "KA999,KA201", cwd=tmp_path)
    assert "no code begins with KA999" in ran.stderr
    assert "KA201" in ran.stdout


# Settings ---------------------------------------------------------------------------------------


def test_settings_are_found_above_the_file(tmp_path: Path) -> None:
    written(
        tmp_path,
        hatools_toml='[lint]\nfail-level = "warning"\n[lint.severity]\nKA201 = "info"\n'
        '[lint.per-path]\n"old/*" = ["KA"]\n',
        lb__keepalived_conf=GLUED,
        old__keepalived_conf=GLUED,
    )
    ran = lint(tmp_path, "lb")
    assert "KA201" in codes(ran)
    told = {one["code"]: one["severity"] for one in json.loads(ran.stdout)["diagnostics"]}
    assert told["KA201"] == "info"
    assert "KA201" not in codes(lint(tmp_path / "old", "keepalived.conf"))


def test_pyproject_has_a_table(tmp_path: Path) -> None:
    written(
        tmp_path,
        pyproject_toml='[tool.hatools.lint]\nignore = ["KA"]\n',
        keepalived_conf=GLUED,
    )
    assert "KA201" not in codes(lint(tmp_path, "keepalived.conf"))
    written(tmp_path, pyproject_toml="this is [no toml")
    assert "KA201" in codes(lint(tmp_path, "keepalived.conf"))
    assert lint(tmp_path, "keepalived.conf", "--config", "pyproject.toml").status == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[lint]\nselct = []\n", "did you mean select"),
        ("[lnt]\n", "did you mean lint"),
        ('[lint]\nselect = "KA"\n', "no list of codes"),
        ("[lint]\nignore = [3]\n", "no list of codes"),
        ('[lint.severity]\nKA = "fatal"\n', "fatal is no severity"),
        ("[lint]\nfail-level = []\n", "no severity"),
        ("[lint]\nfail-level = 3\n", "no severity"),
        ("[lint]\nseverity = 3\n", "severity is no table"),
        ("[lint]\nbaseline = 3\n", "in quotes"),
        ("[versions]\nhaproxy = 2.10\n", "in quotes"),
        ('[versions]\nhaporxy = "2.6"\n', "did you mean haproxy"),
        ('[versions]\nhaproxy = "0.1"\n', ""),
        ("lint = 1\n", "lint is no table"),
        ("[lint\n", "this is no TOML"),
        ('[lint]\nbaseline = "missing.json"\n', "--write-baseline"),
    ],
)
def test_faults_of_the_settings_are_named(tmp_path: Path, text: str, said: str) -> None:
    written(tmp_path, hatools_toml=text, keepalived_conf=GLUED)
    ran = hatools("lint", "keepalived.conf", cwd=tmp_path)
    if said:
        assert ran.status == 2, ran.stdout
        assert said in ran.stderr
        assert "Traceback" not in ran.stderr
    else:
        assert ran.status == 1  # haproxy's version does not matter to keepalived


def test_versions_of_the_settings_count(tmp_path: Path) -> None:
    text = "global\n    nbproc 2\n"
    written(tmp_path, haproxy_cfg=text, hatools_toml='[versions]\nhaproxy = "2.4"\n')
    old = lint(tmp_path, "haproxy.cfg")
    new = lint(tmp_path, "haproxy.cfg", "--source-version", "haproxy=2.6")
    assert codes(old) != codes(new)


# Suppression ------------------------------------------------------------------------------------

TYPO = {
    "keepalived.conf": ("#", "!"),
    "haproxy.cfg": ("#",),
    "bonds.sh": ("#",),
    "ipvsadm.rules": ("#",),
}
BAD = {
    "keepalived.conf": (GLUED, "priorty", "KA201"),
    "haproxy.cfg": ("defaults\n    mode tcp\n    tiemout client 5s\n", "tiemout", "HP101"),
    "bonds.sh": (
        "nmcli con add type bond con-name b0 ifname b0 bond.optons mode=1\n",
        "optons",
        "BD105",
    ),
    "ipvsadm.rules": ("-A -t 192.0.2.1:80 -s nosuch\n", "nosuch", ""),
}


def _code(tmp_path: Path, name: str) -> str:
    """Return a code that is found on the bad line of *name*."""
    text, word, _ = BAD[name]
    (tmp_path / name).write_text(text)
    ran = lint(tmp_path, name)
    row = next(at for at, line in enumerate(text.split("\n"), 1) if word in line)
    for one in json.loads(ran.stdout)["diagnostics"]:
        if one["line"] == row:
            code: str = one["code"]
            return code
    raise AssertionError(ran.stdout)


@pytest.mark.parametrize(
    ("name", "marker"), [(name, one) for name, markers in TYPO.items() for one in markers]
)
@pytest.mark.parametrize("where", ["behind", "above", "file"])
def test_a_comment_silences(tmp_path: Path, name: str, marker: str, where: str) -> None:
    code = _code(tmp_path, name)
    text, word, _ = BAD[name]
    lines = text.split("\n")
    row = next(at for at, line in enumerate(lines) if word in line)
    if where == "behind":
        lines[row] += f" {marker} hatools: ignore {code} we know"
    elif where == "above":
        lines.insert(row, f"    {marker} hatools: ignore {code}: we know")
    else:
        lines.append(f"{marker} hatools: ignore-file {code}")
    (tmp_path / name).write_text("\n".join(lines))
    ran = lint(tmp_path, name)
    assert code not in codes(ran), ran.stdout
    assert not {"TX090", "TX091"} & set(codes(ran)), ran.stdout
    assert json.loads(ran.stdout)["summary"]["silenced"] >= 1


def test_a_comment_that_silences_nothing_is_said(tmp_path: Path) -> None:
    good = GLUED.replace("priorty", "priority")
    written(tmp_path, keepalived_conf="! hatools: ignore KA201 gone\n" + good)
    assert "TX090" in codes(lint(tmp_path, "keepalived.conf"))
    told = hatools("lint", "keepalived.conf", "--ignore", "KA201", cwd=tmp_path)
    assert "TX090" not in told.stdout, "nobody looked for it"


def test_one_of_two_codes_may_be_idle(tmp_path: Path) -> None:
    text = GLUED.replace("priorty 150", "priorty 150 # hatools: ignore KA201, KA202 both")
    written(tmp_path, keepalived_conf=text)
    ran = lint(tmp_path, "keepalived.conf")
    (said,) = [one for one in json.loads(ran.stdout)["diagnostics"] if one["code"] == "TX090"]
    assert "KA202" in said["message"]
    assert "KA201" not in said["message"]


def test_what_only_a_cluster_shows_may_be_silenced_in_one_file(tmp_path: Path) -> None:
    written(tmp_path, keepalived_conf="# hatools: ignore XN001 known\n" + GLUED)
    assert "TX090" not in codes(lint(tmp_path, "keepalived.conf"))


@pytest.mark.parametrize(
    "said", ["ignore", "ignore because", "ignored KA201", "KA201", "ignore all"]
)
def test_a_comment_without_a_code_is_said(tmp_path: Path, said: str) -> None:
    written(tmp_path, keepalived_conf=f"# hatools: {said}\n" + GLUED)
    found = codes(lint(tmp_path, "keepalived.conf"))
    assert "TX091" in found
    assert "KA201" in found


def test_what_is_no_comment_silences_nothing(tmp_path: Path) -> None:
    text = GLUED.replace(
        "    priorty", '    notify "/bin/echo hatools: ignore-file KA201"\n    priorty'
    )
    written(tmp_path, keepalived_conf=text)
    assert "KA201" in codes(lint(tmp_path, "keepalived.conf"))


# Baseline ---------------------------------------------------------------------------------------


def test_old_findings_do_not_count(tmp_path: Path) -> None:
    written(tmp_path, keepalived_conf=GLUED)
    made = hatools(
        "lint", "keepalived.conf", "--baseline", "b.json", "--write-baseline", cwd=tmp_path
    )
    assert made.status == 0, made.stderr
    old = lint(tmp_path, "keepalived.conf", "--baseline", "b.json")
    assert codes(old) == []
    moved = "# a comment\n\n" + GLUED.replace("    interface", "\n    # more\n    interface")
    written(tmp_path, keepalived_conf=moved)
    assert codes(lint(tmp_path, "keepalived.conf", "--baseline", "b.json")) == []
    twice = moved + GLUED.replace("shop", "mail").replace("51", "52")
    written(tmp_path, keepalived_conf=twice)
    assert codes(lint(tmp_path, "keepalived.conf", "--baseline", "b.json")).count("KA201") == 1
    written(tmp_path, keepalived_conf=GLUED.replace("priorty", "priority"))
    ran = hatools("lint", "keepalived.conf", "--baseline", "b.json", cwd=tmp_path)
    assert "old findings are gone" in ran.stderr


def test_a_section_is_a_place_where_there_are_no_braces(tmp_path: Path) -> None:
    text = "defaults\n    mode tcp\nbackend a\n    tiemout server 5s\n"
    written(tmp_path, haproxy_cfg=text)
    hatools("lint", "haproxy.cfg", "--baseline", "b.json", "--write-baseline", cwd=tmp_path)
    written(tmp_path, haproxy_cfg=text.replace("backend a", "backend c"))
    assert "HP101" in codes(lint(tmp_path, "haproxy.cfg", "--baseline", "b.json"))


def test_a_baseline_makes_no_folder(tmp_path: Path) -> None:
    beside = tmp_path / "missing" / "old.json"
    (tmp_path / "a.conf").write_text("vrrp_instance a {\n}\n")
    ran = hatools("lint", tmp_path / "a.conf", "--baseline", beside, "--write-baseline")
    assert ran.status == 2
    assert "there is no directory" in ran.stderr
    assert not beside.parent.exists()


def test_a_baseline_keeps_what_it_says_of_other_files(tmp_path: Path) -> None:
    written(tmp_path, one__keepalived_conf=GLUED, two__keepalived_conf=GLUED)
    base = ("--baseline", "b.json")
    hatools("lint", "one", "two", *base, "--write-baseline", cwd=tmp_path)
    before = (tmp_path / "b.json").read_text()
    ran = hatools("lint", "one", *base, cwd=tmp_path)
    assert "gone" not in ran.stderr
    hatools("lint", "one", *base, "--write-baseline", cwd=tmp_path)
    assert "two/keepalived.conf" in (tmp_path / "b.json").read_text()
    assert json.loads(before).keys() == {"format_version", "findings"}


def test_a_baseline_holds_no_secret(tmp_path: Path) -> None:
    secret = "swordfish"
    text = GLUED.replace(
        "priorty 150", f"authentication {{\n auth_type PASS\n auth_pass {secret}\n}}"
    )
    written(tmp_path, keepalived_conf=text)
    args = ("--baseline", "b.json")
    hatools("lint", "keepalived.conf", *args, "--write-baseline", cwd=tmp_path)
    kept = (tmp_path / "b.json").read_text()
    assert secret not in kept
    written(tmp_path, keepalived_conf=text.replace(secret, "mackerel"))
    assert codes(lint(tmp_path, "keepalived.conf", *args)) == [], "not even as a digest"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format_version": 2, "findings": {}}', '{"format_version": 1}',
     '{"format_version": 1, "findings": {"a": "b"}}', "\\xff"],
)  # fmt: skip
def test_a_baseline_that_is_none(tmp_path: Path, text: str) -> None:
    written(tmp_path, keepalived_conf=GLUED, b_json=text)
    ran = hatools("lint", "keepalived.conf", "--baseline", "b.json", cwd=tmp_path)
    assert ran.status == 2
    assert "this is no baseline" in ran.stderr


# Fixes ------------------------------------------------------------------------------------------


def test_fix_changes_only_what_it_mends(tmp_path: Path) -> None:
    before = DATED.replace("\n", "\r\n") + "# caf\udce9 \t\r\n# no end"
    written(tmp_path, keepalived_conf=before)
    shown = hatools("lint", "keepalived.conf", "--diff", cwd=tmp_path)
    path = tmp_path / "keepalived.conf"
    assert path.read_bytes() == before.encode("utf-8", "surrogateescape"), "--diff changes nothing"
    ran = hatools("lint", "keepalived.conf", "--fix", cwd=tmp_path)
    after = path.read_bytes()
    assert after == before.replace("nb_get_retry", "retry").encode("utf-8", "surrogateescape")
    assert "mended in keepalived.conf" in ran.stderr
    assert "-            nb_get_retry 3\r" in shown.stdout
    assert "+            retry 3\r" in shown.stdout
    hatools("lint", "keepalived.conf", "--fix", cwd=tmp_path)
    assert path.read_bytes() == after


def test_a_file_that_was_not_named_is_not_changed(tmp_path: Path) -> None:
    written(
        tmp_path, keepalived_conf="include conf.d/*.conf\n" + GLUED.replace("priorty", "priority")
    )
    folder = tmp_path / "conf.d"
    folder.mkdir()
    other = DATED
    (folder / "mail.conf").write_text(other)
    hatools("lint", "keepalived.conf", "--fix", cwd=tmp_path)
    assert (folder / "mail.conf").read_text() == other


def test_what_a_file_includes_is_no_node_of_its_own(tmp_path: Path) -> None:
    written(
        tmp_path, keepalived_conf="include conf.d/*.conf\n" + GLUED.replace("priorty", "priority")
    )
    folder = tmp_path / "conf.d"
    folder.mkdir()
    (folder / "mail.conf").write_text(GLUED)
    (tmp_path / "keepalived.conf.bak").write_text(GLUED)
    ran = hatools("lint", ".", cwd=tmp_path)
    assert "node " not in ran.stderr
    assert "KA201" in ran.stdout


def test_a_diff_masks_secrets(tmp_path: Path) -> None:
    text = DATED.replace(
        "        HTTP_GET", '        notify_up "/bin/x --password swordfish"\n        HTTP_GET'
    )
    text = text.replace("nb_get", "# password swordfish\n            nb_get")
    written(tmp_path, keepalived_conf=text)
    ran = hatools("lint", "keepalived.conf", "--diff", cwd=tmp_path)
    assert "+            retry 3" in ran.stdout
    assert "swordfish" not in ran.stdout


def test_a_line_that_differs_only_in_its_secret_is_shown() -> None:
    old, new = Source("a", "pass one\nb"), Source("a", "pass two\nb\n")
    lines = unified(old, new, lambda line: line.split()[0])
    assert lines[3:] == ["-pass", "-b", "\\ No newline at end of file", "+pass", "+b"]


def test_unsafe_fixes_are_asked_for(tmp_path: Path) -> None:
    written(tmp_path, keepalived_conf=GLUED)
    ran = hatools("lint", "keepalived.conf", "--unsafe-fixes", cwd=tmp_path)
    assert ran.status == 2
    assert (tmp_path / "keepalived.conf").read_text() == GLUED


def _mend(start: int, end: int, text: str, unsafe: bool = False, path: str = "") -> Diagnostic:
    return diagnostic()._replace(fix=(Edit(start, end, text, path),), unsafe=unsafe)


def test_fixes_that_overlap_take_turns() -> None:
    source = Source("a.conf", "abcd")
    rounds = iter([[_mend(1, 2, "B")], []])
    fixed = fix({"a.conf": source}, [_mend(0, 2, "xb"), _mend(1, 3, "Y")], lambda _: next(rounds))
    assert fixed.sources["a.conf"].text == "xBcd"
    assert fixed.mended == 2


def test_fixes_that_undo_each_other_change_nothing() -> None:
    source = Source("a.conf", "a")

    def again(now: object) -> list[Diagnostic]:
        assert isinstance(now, dict)
        return [_mend(0, 1, "b" if now["a.conf"].text == "a" else "a")]

    fixed = fix({"a.conf": source}, again({"a.conf": source}), again)
    assert not fixed.settled
    assert not fixed.sources


def test_a_fix_over_two_files_is_made_whole_or_not_at_all() -> None:
    both = diagnostic()._replace(fix=(Edit(0, 1, "x"), Edit(0, 1, "y", "b.conf")))
    one = fix({"a.conf": Source("a.conf", "a")}, [both], lambda _: [both])
    assert not one.sources
    texts = {"a.conf": Source("a.conf", "a"), "b.conf": Source("b.conf", "b")}
    two = fix(texts, [both], lambda _: [])
    assert {path: source.text for path, source in two.sources.items()} == {
        "a.conf": "x",
        "b.conf": "y",
    }


def test_unsafe_fixes_stay_out_in_every_round() -> None:
    unsafe = _mend(0, 1, "x", unsafe=True)
    source = {"a.conf": Source("a.conf", "ab")}
    assert not fix(source, [unsafe], lambda _: [unsafe]).sources
    assert fix(source, [unsafe], lambda _: [], unsafe=True).sources


@given(
    st.text(min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.text(max_size=3)), max_size=6),
)
def test_only_the_touched_characters_change(text: str, wanted: list[tuple[int, int, str]]) -> None:
    mends = [
        _mend(start, min(start + length, len(text)), said)
        for start, length, said in wanted
        if start <= len(text)
    ]
    fixed = fix({"a.conf": Source("a.conf", text)}, mends, lambda _: [])
    after = fixed.sources["a.conf"].text if fixed.sources else text
    touched = {at for mend in mends for at in range(mend.fix[0].start, mend.fix[0].end)}
    kept = "".join(sign for at, sign in enumerate(text) if at not in touched)
    rest = iter(after)
    assert all(sign in rest for sign in kept), "what no fix touches is still there, in order"


# Input and exit status --------------------------------------------------------------------------


def test_exit_statuses(tmp_path: Path) -> None:
    written(tmp_path, keepalived_conf=GLUED, good_conf=GLUED.replace("priorty", "priority"))
    assert hatools("lint", "keepalived.conf", cwd=tmp_path).status == 1
    assert hatools("lint", "good.conf", cwd=tmp_path).status == 0
    assert hatools("lint", "good.conf", "--fail-level", "info", cwd=tmp_path).status in (0, 1)
    assert hatools("lint", "missing.conf", cwd=tmp_path).status == 2
    assert hatools("lint", cwd=tmp_path).status == 2
    assert hatools("lint", "good.conf", "--peers", "a,b", cwd=tmp_path).status == 2
    assert hatools("lint", "good.conf", "--node", "x", cwd=tmp_path).status == 2


def test_standard_input(tmp_path: Path) -> None:
    told = hatools("lint", "-", "--output", "json", stdin=GLUED.encode(), cwd=tmp_path)
    assert "KA201" in codes(told)
    assert {one["path"] for one in json.loads(told.stdout)["diagnostics"]} == {"<stdin>"}
    shown = hatools("lint", "-", "--diff", stdin=DATED.encode(), cwd=tmp_path)
    assert "+            retry 3" in shown.stdout
    assert hatools("lint", "-", "--fix", stdin=GLUED.encode(), cwd=tmp_path).status == 2
    named = hatools("lint", "-", "--from", "haproxy", stdin=b"global\n", cwd=tmp_path)
    assert named.status == 0


def test_at_ids_make_nodes(tmp_path: Path) -> None:
    text = GLUED.replace("    priorty 150\n", "    @a priority 150\n    @b priorty 100\n")
    written(tmp_path, keepalived_conf=text)
    ran = lint(tmp_path, "keepalived.conf")
    assert codes(ran).count("KA201") == 1


def test_a_folder_with_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    written(tmp_path, keepalived_conf=GLUED)
    (tmp_path / "loop.conf").symlink_to("loop.conf")
    assert hatools("lint", ".", cwd=tmp_path).status == 1


def test_a_rule_that_raises_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from hatools.lint.run import lint as run

    class Broken:
        code, severity, looks_at, formats = "ZZ001", Severity.ERROR, "document", ()
        claims_absence = False

        def check(self, subject: object) -> list[Diagnostic]:
            raise KeyError("x")

    class Odd(Broken):
        code = "ZZ002"

        def check(self, subject: object) -> list[Diagnostic]:
            return ["no diagnostic"]  # type: ignore[list-item]

    from hatools.plugin import Settings
    from hatools.plugin_host import Host, codec
    from hatools.reading.grouping import group, meanings

    host = Host()
    path = str(ROOT / "fixtures" / "readme" / "keepalived.conf")
    nodes = meanings(group([path], host.formats(), codec), codec, Settings())
    found = run(nodes, [Broken(), Odd()])
    assert [one.split(":")[0] for one in found.problems] == [
        "rule ZZ001 failed",
        "rule ZZ002 failed",
    ]


# Output -----------------------------------------------------------------------------------------

KINDS = ["keepalived.conf", "haproxy.cfg", "bonds.sh", "ipvsadm.rules"]


@pytest.mark.parametrize("name", KINDS)
def test_outputs_have_their_form(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(BAD[name][0])
    told = lint(tmp_path, name)
    jsonschema.validate(json.loads(told.stdout), SCHEMA)
    log = json.loads(hatools("lint", name, "--output", "sarif", cwd=tmp_path).stdout)
    jsonschema.Draft7Validator(SARIF).validate(log)
    assert log["runs"][0]["results"]
    lines = hatools("lint", name, "--output", "github", cwd=tmp_path).stdout.splitlines()
    place = r"(file=[^:,]+,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?,)?"
    form = rf"::(error|warning|notice) {place}title=[A-Z]{{2}}\d{{3}}::.+"
    assert lines
    assert all(re.fullmatch(form, line) for line in lines), lines


def test_the_schemas_are_some() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator.check_schema(SARIF)


def test_outputs_escape_what_they_must() -> None:
    from hatools.lint.outputs import github, sarif
    from hatools.lint.run import Findings

    one = Diagnostic(
        "KA301", Severity.INFO, "50% of\r\na: b, \udce9", Span("a,b:c 1.conf", 1, 1, 2, 3), "x::y"
    )
    findings = Findings([one], [one], ["rule ZZ001 failed: x"], {}, {})
    first, second = github(findings)
    assert first == (
        "::notice file=a%2Cb%3Ac 1.conf,line=1,endLine=2,title=KA301"
        "::50%25 of%0D%0Aa: b, \\xe9; x::y"
    )
    assert second.startswith("::warning title=hatools::")
    log = sarif(findings, {}, lambda _, text: text)
    jsonschema.Draft7Validator(SARIF).validate(log)
    results = log["runs"][0]["results"]  # type: ignore[index]
    assert [one.get("suppressions") for one in results] == [None, [{"kind": "inSource"}]]
    assert "a%2Cb%3Ac%201.conf" in json.dumps(log)


def test_a_fix_that_would_tell_a_secret_is_not_shown() -> None:
    from hatools.lint.outputs import shown_edits

    source = {"a.conf": Source("a.conf", "auth_pas hunter22\nother\n")}

    def mask(path: str, line: str) -> str:
        return "auth_pass ***" if line.startswith("auth_pass") else line

    assert shown_edits(_mend(0, 8, "auth_pass"), source, mask) == ()
    assert shown_edits(_mend(18, 23, "word"), source, mask)


SECRETS = {
    "keepalived.conf": GLUED.replace(
        "priorty 150",
        "priorty 150\n  authentication {\n auth_type PASS\n auth_pass swordfish\n"
        " auth_pas swordfish\n}",
    ),
    "haproxy.cfg": (
        "defaults\n mode http\nlisten s\n bind 192.0.2.1:80\n stats enable\n"
        " stats auth admin:swordfish\n stats auth bob:swordfish extra\nuserlist u\n"
        " user a insecure-password swordfish\n user b insecure-password swordfish junk\n"
    ),
}


@pytest.mark.parametrize("name", list(SECRETS))
@pytest.mark.parametrize("output", ["text", "json", "sarif", "github", "diff"])
def test_no_output_tells_a_secret(tmp_path: Path, name: str, output: str) -> None:
    (tmp_path / name).write_text(SECRETS[name])
    how = ["--diff"] if output == "diff" else ["--output", output]
    ran = hatools("lint", name, *how, cwd=tmp_path)
    assert ran.status in (0, 1)
    assert "swordfish" not in ran.stdout + ran.stderr


# The corpus -------------------------------------------------------------------------------------


def corpus_files() -> list[Path]:
    """Return every fourth real file with services, and all others."""
    from corpus import specimens

    services = specimens("keepalived", "haproxy")[::4]
    return [one.path for one in [*services, *specimens("ipvsadm", "bonding")]]


def test_fixes_of_real_files_settle_and_touch_nothing_else() -> None:
    """Each fix changes its own characters alone; fixing what was fixed changes nothing."""
    from corpus import WHY_NOT

    from hatools.errors import HatoolsError
    from hatools.lint.fixes import edits
    from hatools.lint.run import lint as run
    from hatools.plugin import Settings
    from hatools.plugin_host import Host, codec
    from hatools.reading.grouping import group, meanings

    host = Host()
    rules = [
        record
        for _, (_, record) in sorted(host.named("hatools_rules").items())
        if hasattr(record, "check")
    ]
    paths = corpus_files()
    if not paths:
        pytest.skip(WHY_NOT)
    mended = 0
    for path in paths:
        try:
            nodes = group([str(path)], host.formats(), codec)
            found = run(meanings(nodes, codec, Settings()), rules)
        except HatoolsError:
            continue  # not of one language, or for a place that nobody named

        def again(now: object, nodes: object = nodes) -> list[Diagnostic]:
            meant = meanings(nodes, codec, Settings(), overlay=now)  # type: ignore[arg-type]
            return run(meant, rules).remaining

        assert not found.problems, path
        own = {str(path): found.sources[str(path)]}
        for one in found.remaining:
            for edit in edits(one):
                assert 0 <= edit.start <= edit.end <= len(found.sources[edit.path].text), one
        for unsafe in (False, True):
            once = fix(own, found.remaining, again, unsafe)
            assert once.settled, path
            mended += once.mended
            if once.sources:
                twice = fix({**own, **once.sources}, once.remaining, again, unsafe)
                assert not twice.sources, path
    assert mended


NODE = """\
vrrp_script web {{
    script "/usr/bin/pidof nginx"
    interval 2
    weight -10
}}
vrrp_instance shop {{
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority {priority}
    advert_int {interval}
    {odd}
    virtual_ipaddress {{
        192.0.2.10/24
    }}
    track_script {{
        web
    }}
}}
"""


@pytest.mark.parametrize(
    ("odd", "severity"),
    [("", "error"), ("stop_when_failed 3", "warning"), ("include other/*.conf", "warning")],
)
def test_what_cannot_be_read_may_change_who_is_master(
    odd: str, severity: str, tmp_path: Path
) -> None:
    """ "Never fails over" is a warning that says so where a line was not understood."""
    written(
        tmp_path,
        lb1__keepalived_conf=NODE.format(priority=150, interval=1, odd=odd),
        lb2__keepalived_conf=NODE.format(priority=100, interval=1, odd=""),
    )
    ran = hatools("lint", "lb1", "lb2", "--output", "json", "--select", "XN014", cwd=tmp_path)
    (never,) = json.loads(ran.stdout)["diagnostics"]
    assert never["severity"] == severity
    assert ("lb1/keepalived.conf:12 was not understood" in never["help"]) == bool(odd)


def test_a_line_about_a_service_does_not_change_who_is_master(tmp_path: Path) -> None:
    written(
        tmp_path,
        lb1__keepalived_conf=NODE.format(priority=150, interval=1, odd="")
        + DATED.replace("protocol TCP", "protocol TCP\n    lb_algorithm rr"),
        lb2__keepalived_conf=NODE.format(priority=100, interval=1, odd=""),
    )
    ran = hatools("lint", "lb1", "lb2", "--output", "json", "--select", "XN014", cwd=tmp_path)
    assert [one["severity"] for one in json.loads(ran.stdout)["diagnostics"]] == ["error"]


def test_a_mend_between_nodes_changes_only_files_that_were_named(tmp_path: Path) -> None:
    inside = NODE.format(priority=100, interval=2, odd="")
    written(
        tmp_path,
        lb1__keepalived_conf=NODE.format(priority=200, interval=1, odd=""),
        lb2__keepalived_conf="include conf.d/*.conf\n",
        lb2__conf_d__vrrp_conf=inside,
    )
    vrrp = tmp_path / "lb2" / "conf.d" / "vrrp.conf"
    wanted = ("lint", "--select", "XN002", "--fix", "--unsafe-fixes")
    form = ("--from", "keepalived")
    ran = hatools(*wanted, *form, "lb1/keepalived.conf", "lb2/keepalived.conf", cwd=tmp_path)
    assert vrrp.read_text() == inside
    assert "not fixed, for it is in a file that was not named: XN002" in ran.stderr
    hatools(*wanted, "lb1", "lb2", cwd=tmp_path)
    assert "advert_int 1" in vrrp.read_text()
