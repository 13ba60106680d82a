"""Block diagrams made up at random, and the slow, plain answer to them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from random import Random

from hypothesis import strategies as st

from hatools.reliability.blocks import AtLeast, Block, Parallel, Part, Series

NAMES = tuple("abcdefghij")


@st.composite
def blocks(draw: st.DrawFn, names: int = 7) -> Block:
    """Return a block diagram over at most *names* components, which may stand in many places."""
    parts = st.sampled_from(NAMES[:names]).map(Part)

    def gates(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
        several = st.lists(inner, min_size=1, max_size=4)
        return st.one_of(
            several.map(lambda some: Series(*some)),
            several.map(lambda some: Parallel(*some)),
            several.flatmap(
                lambda some: st.integers(1, len(some)).map(lambda k: AtLeast(k, *some))
            ),
        )

    return draw(st.recursive(parts, gates, max_leaves=14))


def block(random: Random, names: int, depth: int = 3) -> Block:
    """Return a block diagram over at most *names* components, *depth* gates deep."""
    if depth == 0 or random.random() < 0.15:
        return Part(random.choice(NAMES[:names]))
    inner = [block(random, names, depth - 1) for _ in range(random.randint(2, 4))]
    kind = random.randrange(3)
    if kind == 2:
        return AtLeast(random.randint(1, len(inner)), *inner)
    return (Series, Parallel)[kind](*inner)


def names_of(block: Block) -> set[str]:
    """Return the names of the components in *block*."""
    if isinstance(block, Part):
        return {block.name}
    return set().union(*map(names_of, block.blocks))


def works(block: Block, up: Mapping[str, bool]) -> bool:
    """Tell whether *block* is up, by the meaning of its gates."""
    if isinstance(block, Part):
        return up[block.name]
    count = sum(works(inner, up) for inner in block.blocks)
    if isinstance(block, Series):
        return count == len(block.blocks)
    return count >= (1 if isinstance(block, Parallel) else block.needed)


def states(block: Block) -> Iterator[dict[str, bool]]:
    """Yield every combination of components that are up and down."""
    names = sorted(names_of(block))
    for chosen in itertools.product((True, False), repeat=len(names)):
        yield dict(zip(names, chosen, strict=True))


def enumerated(block: Block, ups: Mapping[str, float]) -> float:
    """Return the availability of *block*: the sum over all 2^n states."""
    return math.fsum(
        math.prod(ups[name] if up else 1.0 - ups[name] for name, up in state.items())
        for state in states(block)
        if works(block, state)
    )


def dual(block: Block) -> Block:
    """Return the block that is up exactly where *block* with all components inverted is down."""
    if isinstance(block, Part):
        return block
    inner = [dual(one) for one in block.blocks]
    if isinstance(block, Series):
        return Parallel(*inner)
    if isinstance(block, Parallel):
        return Series(*inner)
    return AtLeast(len(inner) + 1 - block.needed, *inner)
