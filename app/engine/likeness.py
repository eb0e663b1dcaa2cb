"""How one element of a version is told to be one of the next version: by its id and kind, or by what was decided."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.spiff.specs.defaults import CallActivity

from app.engine.drawing import Drawing
from app.engine.elements.adhoc import AdHocSpec
from app.engine.elements.catching import Attached, Catch
from app.engine.elements.complex import ComplexJoin, CountingJoin
from app.engine.elements.gateways import TokenJoin
from app.engine.elements.operations import OperationTask
from app.engine.elements.repeats import Repeated
from app.engine.elements.scopes import EventGateway, ScopeSpec
from app.engine.normal import origin

_ENDINGS = re.compile(r"( \[child\])|(\.(BoundaryEventSplit|Occurrence|Catch|EndJoin))$")


class Pair:
    """One running process on both versions: what each spec of the old one is called in the new one."""

    def __init__(self, old: ScopeSpec, new: ScopeSpec, mapping: Mapping[str, str]) -> None:
        self.old, self.new, self.mapping = old, new, mapping

    def name(self, old: str) -> str:
        """The spec that stands for this one, whether it exists or not."""
        if old == self.old.end.name:
            return self.new.end.name
        owner = element_of(old)
        return self.mapping.get(owner, owner) + old[len(owner) :]

    def find(self, old: str) -> TaskSpec | None:
        """The spec that stands for this one, if it is of the same kind."""
        found = self.new.task_specs.get(self.name(old))
        return found if found is not None and same_kind(self.old.task_specs[old], found) else None

    def inner(self, host: str, old: Drawing, new: Drawing) -> "Pair | None":
        """The process that this activity holds, on both versions."""
        found = self.find(host)
        if found is None:
            return None
        before = old._subprocess_specs[self.old.task_specs[host].spec]
        return Pair(before, new._subprocess_specs[found.spec], self.mapping)

    @cached_property
    def fresh(self) -> frozenset[str]:
        """Specs of the new version that stand for none of the old one."""
        known = {self.name(name) for name in self.old.task_specs if self.find(name) is not None}
        return frozenset(self.new.task_specs.keys() - known)


def element_of(name: str) -> str:
    """The drawn element that a spec belongs to."""
    before = ""
    while before != name:
        before, name = name, origin(_ENDINGS.sub("", name))
    return name


def words_of(spec: TaskSpec) -> str:
    """An element as people know it."""
    element = element_of(spec.name)
    name = " ".join((spec.bpmn_name or "").split()) if hasattr(spec, "bpmn_name") else ""
    return f"“{name}” ({element})" if name and name != element else f"“{element}”"


def name_of(drawing: Drawing, spec: TaskSpec) -> str:
    """What an element is called in lists."""
    element = element_of(spec.name)
    step = drawing.steps.get(element)
    return step.name if step else " ".join((getattr(spec, "bpmn_name", "") or "").split()) or element


def same_kind(old: TaskSpec, new: TaskSpec) -> bool:
    """Whether what a case holds on the one can be held on the other."""
    if type(old) is not type(new):
        return False
    if isinstance(old, Catch):
        return old.trigger.kind == new.trigger.kind
    if isinstance(old, Repeated):
        return _shape(old) == _shape(new) and same_kind(_repeated(old), _repeated(new))
    return True


def changes(pair: Pair, old: TaskSpec, new: TaskSpec) -> Iterator[str]:
    """Sentences on what else an element means in the new version, apart from who does it and with which form."""
    if isinstance(old, Catch) and old.trigger != new.trigger:
        yield _other_trigger(old, new)
    if isinstance(old, Attached) and old.interrupts != new.interrupts:
        yield f"Kejadian {words_of(new)} {'kini menyela' if new.interrupts else 'tidak lagi menyela'} langkahnya."
    if isinstance(old, TokenJoin) and _counted(pair, old) != _counted(None, new):
        yield f"Alur yang masuk ke gerbang {words_of(new)} atau cara menghitungnya berubah."
    if isinstance(old, OperationTask) and _ordered(old) != _ordered(new):
        yield f"Pekerjaan otomatis {words_of(new)} berubah; yang sudah dipesan tetap dikerjakan seperti semula."
    if isinstance(old, CallActivity) and old.spec != new.spec:
        yield f"Langkah {words_of(new)} kini memanggil proses {new.spec}."
    if isinstance(old, Repeated) and old.marker != new.marker:
        yield f"Syarat pengulangan langkah {words_of(new)} berubah; jumlah yang sudah berjalan tetap."


def rules_of(scope: ScopeSpec) -> tuple:
    """What else rules a scope whose steps people choose."""
    return (scope.condition, scope.is_sequential, scope.cancels_rest) if isinstance(scope, AdHocSpec) else ()


def is_armed(spec: TaskSpec, under: TaskSpec | None) -> bool:
    """Whether it waits beside something else: no token of the case stands there."""
    return isinstance(spec, Attached) or isinstance(under, EventGateway)


def _shape(spec: Repeated) -> tuple:
    names = ("sequential", "collection", "item", "output", "output_item")
    return tuple(getattr(spec.marker, name, None) for name in names)


def _repeated(spec: Repeated) -> TaskSpec:
    return spec._wf_spec.task_specs[spec.task_spec]


def _ordered(spec: OperationTask) -> tuple:
    return spec.operation_name, spec.operation_params, spec.result_variable


def _counted(pair: Pair | None, join: TokenJoin) -> tuple:
    own = {CountingJoin: ("quantity",), ComplexJoin: ("condition",)}.get(type(join), ())
    inputs = {pair.name(name) if pair else name for name in join._inputs}
    return inputs, tuple(getattr(join, name) for name in own)


def _other_trigger(old: Catch, new: Catch) -> str:
    if old.trigger.text != new.trigger.text:
        return (
            f"Waktu atau syarat {words_of(new)} berubah dari “{old.trigger.text}” menjadi “{new.trigger.text}”; "
            "yang sedang berjalan tetap memakai waktu semula."
        )
    if old.trigger.name != new.trigger.name:
        return f"Kejadian {words_of(new)} kini menunggu “{new.trigger.name}”, bukan “{old.trigger.name}”."
    return f"Kejadian {words_of(new)} membaca kabarnya dengan cara lain."
