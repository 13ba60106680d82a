"""Keeps the garbage collector off what is there to stay."""

import gc


def spare_what_stays() -> None:
    """Let the collector not look again and again through the thousands of objects of a setup.

    What was spared before is looked at once more: it may have been replaced.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
