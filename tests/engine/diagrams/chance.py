"""Draws block-structured diagrams by chance, and says beforehand what a run executes, how often, and what moves it.

Whoever draws decides what will happen: whether a timer rings before the person answers, which branch is taken, what
gets stuck until something takes it away. The plan lets the player do just that, in any order that it leaves free.
"""

import random
from collections import Counter
from dataclasses import dataclass

from tests.engine.diagrams import chance_edges, chance_flow, chance_tasks, chance_undoing, chance_waits
from tests.engine.diagrams.build import document, process, script, start
from tests.engine.diagrams.chance_content import content
from tests.engine.diagrams.chance_pen import Page, Pen, Plan

SIMPLE = [*chance_tasks.SIMPLE, *chance_waits.SIMPLE]
NESTED = [
    *chance_tasks.NESTED, *chance_waits.NESTED, *chance_undoing.NESTED, *chance_flow.NESTED, *[chance_edges.edge] * 6,
]  # fmt: skip
DEAD_ENDS = [*chance_waits.DEAD_ENDS, *chance_undoing.DEAD_ENDS]
MOST_NAMES, MOST_DAYS = 150, 1000
DEPTHS = (1, 1, 2, 2, 3)


@dataclass(frozen=True)
class Drawn:
    """A diagram, what running it completes and throws to the outside, and what its player has to know."""

    file: bytes
    passes: Counter
    thrown: Counter
    plan: Plan


def draw(seed: object, depth: int = 0, most: int = 60) -> Drawn:
    """A diagram of which at most so many elements complete; the seed alone decides which."""
    dice = random.Random(f"gambar {seed}")
    while True:
        page = Page(dice, SIMPLE, NESTED, DEAD_ENDS)
        pen = Pen(page)
        lists = pen.put(script("siap", chance_tasks.FIRST_LINES), "siap", pen.put(start(), "mulai"))
        done = content(pen, depth or dice.choice(DEPTHS), first=lists, top=True).plus("mulai")
        small = len(page.names) <= MOST_NAMES and done.days <= MOST_DAYS
        if small and done.passes.total() <= most:
            main = process("acak", pen.nodes, "\n".join(pen.flows))
            return Drawn(document(*page.roots.values(), main), done.passes, done.thrown, page.plan)
