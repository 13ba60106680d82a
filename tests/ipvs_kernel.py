"""Runs a shell script in a Linux kernel of its own that has IPVS: user-mode-linux.

The guest sees this machine's files read-only and one directory, `/mnt/out`,
for what it leaves behind.  It takes about three seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lab import Pacemaker

MODULES = Path("/usr/lib/uml/modules")
ROOM = 256 << 20  # bytes: its memory, and some
_SECONDS = 25.0
_INIT = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /mnt
mkdir -p /mnt/out
mount -t hostfs none /mnt/out -o {folder}
echo {folder}/modprobe > /proc/sys/kernel/modprobe
ip link set lo up
{folder}/modprobe ip_vs
cd /mnt/out
{python} -I -S {folder}/pace.py > late < /dev/null &
pace=$!
sh script.sh > output 2>&1 < /dev/null
echo $? > status
kill $pace
wait $pace
sync
echo o > /proc/sysrq-trigger
sleep 60
"""
_PACE = """\
import signal, sys, time
def end(*_):
    print(worst)
    sys.exit()
worst = 0.0
signal.signal(signal.SIGTERM, end)
while True:
    due = time.monotonic() + 0.02
    time.sleep(0.02)
    worst = max(worst, time.monotonic() - due)
"""


def run(folder: Path, script: str, seconds: float = _SECONDS) -> tuple[int, str]:
    """Return exit status and output of *script*, run with *folder* as its directory.

    *seconds* are those of a loaded machine; the guest goes before others, as its clock runs on
    while it waits for a processor.  How late it was itself is told to who measures that.
    Raises `TimeoutError` when the guest does not come back.
    """
    folder = folder.resolve()
    version = next(MODULES.iterdir()).name
    root = folder / "modules" / "lib" / "modules"
    root.mkdir(parents=True)
    (root / version).symlink_to(MODULES / version)
    _executable(folder / "modprobe", f'#!/bin/sh\nexec /sbin/modprobe -d {folder}/modules "$@"\n')
    _executable(folder / "init", _INIT.format(folder=folder, python=sys.executable))
    (folder / "pace.py").write_text(_PACE)
    (folder / "script.sh").write_text(script)
    options = "mem=192M rootfstype=hostfs hostfs=/ ro umid=guest con=null con0=null,fd:1 quiet"
    command = [
        "nice",
        "-n",
        "-19",
        "linux.uml",
        *options.split(),
        f"init={folder}/init",
        f"uml_dir={folder}",
    ]
    with (folder / "console").open("wb") as console:
        guest = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
            env={**os.environ, "TMPDIR": _memory(folder)},
        )
        try:
            guest.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(guest.pid, 9)
            guest.wait()
    status = folder / "status"
    if not status.exists():
        raise TimeoutError((folder / "console").read_text("utf-8", "replace")[-2000:])
    Pacemaker.hear((folder / "late").read_text())
    return int(status.read_text()), (folder / "output").read_text()


def _memory(folder: Path) -> str:
    """Return where the guest's memory is: in a file that the kernel writes to a disk it would
    stand still whenever that disk is busy, and its clock would go on."""
    try:
        there = os.statvfs("/dev/shm")
    except OSError:
        return str(folder)
    roomy = there.f_bavail * there.f_frsize > ROOM
    runs = not there.f_flag & os.ST_NOEXEC
    return "/dev/shm" if roomy and runs and os.access("/dev/shm", os.W_OK) else str(folder)


def _executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
