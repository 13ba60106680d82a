"""Keeps a daemon's memory in order: what is there to stay, and what is large and gone soon."""

import contextlib
import gc

M_MMAP_THRESHOLD = -3  # <malloc.h>
LARGE = 128 * 1024  # bytes; what glibc itself begins with


def give_back_what_is_large() -> None:
    """Let the C library return large buffers to the system as soon as they are free.

    glibc would else learn from the first one that they are frequent, and keep
    room for twice as many (mallopt(3)): some ten megabytes where pages have some.
    Other libraries have nothing to be told, and some Pythons cannot tell.
    """
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import ctypes

        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)


def spare_what_stays() -> None:
    """Let the collector not look again and again through the thousands of objects of a setup.

    What was spared before is looked at once more: it may have been replaced.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def spare_what_came() -> None:
    """Spare what the first answers brought as well, without looking at it: that would take time.

    What of it was lost by now is found when `spare_what_stays` looks next.
    """
    gc.freeze()
