"""Runs a check in a process of its own while the command goes on."""

from __future__ import annotations

import os
from collections.abc import Callable

from hatools.errors import BrokenLaw, PluginProblem


def forked(work: Callable[[], None]) -> Callable[[], None]:
    """Begin *work* in a child process; the returned function waits for it.

    It raises `BrokenLaw` when *work* did, and `PluginProblem` when *work* failed in
    another way.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # from here on only this work is done, and nothing is printed
        said = b"ok"
        try:
            work()
        except BrokenLaw as broken:
            said = b"broken\0" + f"{broken.message}\0{broken.advice}".encode("utf-8", "replace")
        except BaseException as error:  # whatever it is, the parent must hear of it
            said = b"failed\0" + f"{type(error).__name__}: {error}".encode("utf-8", "replace")
        finally:
            os.write(writer, said[:60_000])
            os._exit(0)
    os.close(writer)

    def wait() -> None:
        with os.fdopen(reader, "rb") as pipe:
            verdict, _, rest = pipe.read().partition(b"\0")
        os.waitpid(child, 0)
        text = rest.decode("utf-8", "replace")
        if verdict == b"broken":
            message, _, advice = text.partition("\0")
            raise BrokenLaw(message, advice)
        if verdict != b"ok":
            raise PluginProblem(f"what was written could not be read back: {text or 'no answer'}")

    return wait
