"""Says what is wrong with a drawing before a citizen meets it."""

from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from app.engine.graph import Process
from app.engine.problems import Problem


def problems(
    roots: Mapping[str, etree._Element], used: list[Process], known: Collection[str] | None = None
) -> Iterator[Problem]:
    yield from ()


def check(files: Mapping[str, bytes], operations: Collection[str] | None = None) -> list[Problem]:
    return []
