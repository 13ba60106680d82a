"""Scripts that checks name: no shell, another user, a limit, and nobody left behind."""

from __future__ import annotations

import asyncio
import os
import pwd
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hatools.engine.machine import StartProbe
from hatools.model import Check, ScriptRun
from hatools.plugin_host import Host
from hatools.watch.prober import Prober
from hatools.watch.targets import Targets, run_script

PROBES = Host().records("hatools_probes")
LIMIT = 10.0
SOON = 10.0  # seconds within which a process that was ended is gone
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root chooses who runs a script")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder that everybody may reach and write to, below no folder of other tests."""
    with tempfile.TemporaryDirectory(prefix="hatools-", dir="/var/tmp") as name:
        path = Path(name)
        path.chmod(0o777)
        yield path


def script(folder: Path, text: str) -> str:
    path = folder / "check.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def run(command: str, limit: float = LIMIT, user: str = "", **facts: str) -> bytes:
    return asyncio.run(run_script(command, limit, user, facts))


def gone(number: int) -> bool:
    """Tell whether process *number* ends soon; a zombie is one that ended."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def asked(check: Check, *, allow: bool, proxy: bool = False) -> Mapping[str, Any]:
    async def asking() -> Mapping[str, Any]:
        prober = Prober(asyncio.get_running_loop())
        targets = Targets(prober, PROBES, allow_scripts=allow, script_user="")
        try:
            return await targets.once(StartProbe("a", check, "192.0.2.1", 80, proxy))
        finally:
            prober.close()

    return asyncio.run(asking())


@pytest.mark.parametrize(("text", "status"), [("exit 0", b"0"), ("exit 3", b"3")])
def test_its_exit_status_counts(folder: Path, text: str, status: bytes) -> None:
    assert run(script(folder, text)) == status


def test_what_cannot_be_run_has_failed() -> None:
    assert run("/nowhere/check") == b"127"
    assert run("/bin/sh 'unclosed") == b"127"
    assert run("") == b"127"
    assert run("/bin/true", user="nobody-of-that-name") == (b"127" if not os.geteuid() else b"0")


def test_no_shell_reads_the_command(folder: Path) -> None:
    command = script(folder, f'printf "%s\\n" "$@" > {folder}/words')
    made = folder / "made"
    assert run(f"{command} a;touch {made} '$(touch {made})' `touch` $HOME | cat > {made}") == b"0"
    assert not made.exists()
    words = (folder / "words").read_text().splitlines()
    assert words[:3] == ["a;touch", str(made), f"$(touch {made})"]
    assert words[-4:] == ["|", "cat", ">", str(made)]


@needs_root
def test_another_user_runs_it(folder: Path) -> None:
    command = script(folder, f"(id -u; id -g; id -G) > {folder}/who")
    assert run(command, user="nobody") == b"0"
    entry = pwd.getpwnam("nobody")
    assert (folder / "who").read_text().split() == [
        str(entry.pw_uid), str(entry.pw_gid), str(entry.pw_gid),
    ]  # fmt: skip
    secret = folder / "secret"
    secret.touch()
    secret.chmod(0o600)
    assert run(script(folder, f"cat {secret}"), user="nobody") != b"0"


def test_it_sees_nothing_of_this_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "x")
    command = script(folder, f"(pwd; env) > {folder}/seen; cat > {folder}/input; ls -l /proc/$$/fd"
                             f" > {folder}/files")  # fmt: skip
    assert run(command, A_FACT="1") == b"0"
    place, *variables = (folder / "seen").read_text().splitlines()
    names = {one.partition("=")[0] for one in variables} - {"PWD", "SHLVL", "_", "OLDPWD"}
    assert place == "/"
    assert names == {"PATH", "LANG", "A_FACT"}
    assert (folder / "input").read_text() == ""
    files = (folder / "files").read_text()
    assert "socket" not in files
    assert "anon_inode" not in files


def test_its_time_is_limited_and_nobody_is_left_behind(folder: Path) -> None:
    text = (
        f"trap '' TERM\nsleep 300 &\necho $! > {folder}/child\necho $$ > {folder}/own\nwait\nwait"
    )
    begin = time.monotonic()
    assert run(script(folder, text), 0.5) == b""
    assert time.monotonic() - begin < SOON
    assert gone(int((folder / "own").read_text()))
    assert gone(int((folder / "child").read_text()))


def test_what_it_leaves_behind_is_ended(folder: Path) -> None:
    assert run(script(folder, f"sleep 300 &\necho $! > {folder}/child\nexit 0")) == b"0"
    assert gone(int((folder / "child").read_text()))


def test_a_watch_that_ends_ends_its_scripts(folder: Path) -> None:
    command = script(folder, f"echo $$ > {folder}/own\nexec sleep 300")
    check = Check("script", detail=ScriptRun(command), timeout=300.0)

    async def asking() -> None:
        prober = Prober(asyncio.get_running_loop())
        targets = Targets(prober, PROBES, allow_scripts=True, script_user="")
        targets.ask(StartProbe("a", check, "192.0.2.1", 80), lambda name, details: None)
        deadline = time.monotonic() + SOON
        while not (folder / "own").exists() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        targets.close()
        prober.close()
        await asyncio.sleep(0.3)

    asyncio.run(asking())
    assert gone(int((folder / "own").read_text()))


def test_only_with_leave(folder: Path) -> None:
    check = Check("script", detail=ScriptRun(script(folder, f"touch {folder}/ran")))
    answer = asked(check, allow=False)
    assert (answer["passed"], answer["unknown"]) == (True, True)
    assert "--allow-scripts" in answer["reason"]
    assert not (folder / "ran").exists()
    assert asked(check, allow=True)["passed"]
    assert (folder / "ran").exists()


def test_haproxy_s_get_the_server_s_place(folder: Path) -> None:
    text = f'echo "$@" $HAPROXY_SERVER_ADDR $HAPROXY_SERVER_PORT $PATH > {folder}/told'
    own = (("external-check", "path", "/usr/bin:/bin:/x"),)
    check = Check("script", detail=ScriptRun(script(folder, text)), own=own)
    assert asked(check, allow=True, proxy=True)["passed"]
    told = (folder / "told").read_text().split()
    place = ["192.0.2.1", "80"]
    assert told == ["NOT_USED", "NOT_USED", *place, *place, "/usr/bin:/bin:/x"]
    bare = Check("script", detail=ScriptRun("/bin/true with words"))
    assert not asked(bare, allow=True, proxy=True)["passed"]
    assert asked(bare, allow=True)["passed"]
