"""Reads a drawing once and keeps it: the runnable process, its steps, its picture and what its expressions read."""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from lxml import etree

from app.engine import checker, decisions, graph, normal, outline, parser, picture, sites, timers, ways
from app.engine.decisions import Decision
from app.engine.elements.catching import Boundary
from app.engine.elements.operations import Ordered, is_order, ordered
from app.engine.elements.scopes import BoundarySplit
from app.engine.graph import Lane, Process
from app.engine.outline import StepOutline
from app.engine.picture import Picture
from app.engine.problems import Problem, refuse
from app.engine.sources import read_xml
from app.engine.ways import Element, Way
from app.errors import Invalid

MOST_KEPT = 256

logging.getLogger("spiff").setLevel(logging.WARNING)
for _name in ("task", "workflow", "data"):
    logging.getLogger(f"spiff.{_name}").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Entrance:
    """A start event that opens a case by itself when its message or signal comes."""

    step: str
    kind: str
    name: str


@dataclass(frozen=True)
class Drawing:
    """A drawing that can run. Immutable, shared by all cases of its version."""

    process_id: str
    name: str
    properties: Mapping[str, str]
    documentation: str
    steps: Mapping[str, StepOutline]
    lanes: tuple[Lane, ...]
    variables: frozenset[str]
    fingerprint: str
    entrances: tuple[Entrance, ...]
    elements: tuple[Element, ...]  # what a move can name as passed
    flows: tuple[Way, ...]  # what a move can name as walked
    _root: etree._Element = field(repr=False, compare=False)
    _spec: object = field(repr=False, compare=False)
    _subprocess_specs: Mapping[str, object] = field(repr=False, compare=False)

    @property
    def outline(self) -> tuple[StepOutline, ...]:
        """The human steps in walking order, the applicant's start not among them."""
        return tuple(step for step in self.steps.values() if step.kind == "user")

    @cached_property
    def operations(self) -> tuple[Ordered, ...]:
        """What its service tasks order, in walking order, as far as the drawing alone says it."""
        specs = [self._spec, *self._subprocess_specs.values()]
        found = {task.bpmn_id: task for spec in specs for task in spec.task_specs.values() if is_order(task)}
        return tuple(ordered(found[step]) for step in self.steps if step in found)

    @cached_property
    def reminded(self) -> frozenset[str]:
        """The activities with a timer on their edge that does not interrupt."""
        specs = (self._spec, *self._subprocess_specs.values())
        return frozenset(
            spec.task_specs[split.main].bpmn_id
            for spec in specs
            for split in spec.task_specs.values()
            if isinstance(split, BoundarySplit) and any(map(_is_reminder, split.outputs))
        )

    @cached_property
    def picture(self) -> Picture:
        return picture.draw(self._root, self.process_id)


_kept: OrderedDict[str, Drawing] = OrderedDict()
_lock = threading.Lock()


def read(files: Mapping[str, bytes], main: str) -> Drawing:
    """The drawing `main` (a path among the files, or a process id), from the cache when nothing changed."""
    key = fingerprint(files, main)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        drawing = _read(files, main, key)
        _kept[key] = drawing
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return drawing


def fingerprint(files: Mapping[str, bytes], main: str) -> str:
    digest = hashlib.sha256(main.encode())
    for path in sorted(files):
        digest.update(hashlib.sha256(path.encode()).digest() + hashlib.sha256(files[path]).digest())
    return digest.hexdigest()


def _read(files: Mapping[str, bytes], main: str, key: str) -> Drawing:
    roots = {path: read_xml(path, content) for path, content in files.items() if path.endswith(".bpmn")}
    found = graph.processes(roots)
    process = _main_process(found, main)
    used = graph.reachable(found, process.id)
    decided = _decisions(files)
    refuse(problem for problem in checker.problems(roots, used, decided=decided) if problem.blocks)
    spec, subs = _runnable({path: roots[path] for path in {part.path for part in used}}, process, decided)
    return Drawing(
        process_id=process.id,
        name=process.name or process.id,
        properties=MappingProxyType(dict(process.properties)),
        documentation=process.documentation,
        steps=MappingProxyType(outline.steps(found, process.id)),
        lanes=tuple(lane for part in used for lane in part.lanes),
        variables=_variables(used, decided),
        fingerprint=key,
        entrances=tuple(
            Entrance(normal.origin(step), each.kind, each.name) for step, each in spec.entrances.items()
        ),
        elements=ways.elements(used, (spec, *subs.values())),
        flows=ways.ways(used, (spec, *subs.values())),
        _root=roots[process.path],
        _spec=spec,
        _subprocess_specs=MappingProxyType(subs),
    )


def _main_process(found: Mapping[str, Process], main: str) -> Process:
    """The process of this id, or the one of this file that no other process of the file calls."""
    if main in found:
        return found[main]
    here = [process for process in found.values() if process.path == main]
    inner = set().union(*(graph.called(process) for process in here)) if here else set()
    outer = [process for process in here if process.id not in inner] or here
    if not outer:
        refuse([Problem("tanpa-proses", main, "", "Tidak ada proses di berkas ini.", "Gambar satu proses.")])
    stem = main.rpartition("/")[2].removesuffix(".bpmn")
    return next((process for process in outer if process.id == stem), outer[0])


def _decisions(files: Mapping[str, bytes]) -> dict[str, Decision]:
    """Every decision of these files, by its id."""
    found = [decisions.read(path, content) for path, content in files.items() if path.endswith(".dmn")]
    return {name: decision for each in found for name, decision in each.items()}


def _runnable(
    roots: Mapping[str, etree._Element], process: Process, decided: Mapping[str, Decision]
) -> tuple[object, dict[str, object]]:
    try:
        return parser.specs(roots, process.id, decided)
    except Exception as mishap:  # the parser raises whatever it trips over
        raise Invalid(
            "Diagram “{name}” tidak dapat dijalankan. Periksa elemen dan alurnya dengan penyunting.",
            name=process.name or process.id,
        ) from mishap


def _is_reminder(spec: object) -> bool:
    return isinstance(spec, Boundary) and spec.trigger.kind in timers.KINDS and not spec.interrupts


def _variables(used: list[Process], decided: Mapping[str, Decision]) -> frozenset[str]:
    """Names that the expressions, data, decisions and lane units of these processes read."""
    read_names = {name for process in used for name in sites.names(process)}
    asked = {name for decision in decided.values() for name in decision.names}
    units = {
        lane.unit for process in used for lane in process.lanes if lane.unit and lane.unit.isidentifier()
    }
    return frozenset(read_names | asked | units)
