"""The step of the city's own services, beside the same with SpiffWorkflow as it comes, which the chain only stands for.

A walk goes from the first human step of a fresh case on, as long as one task waits, an official holds it, and finishing
it orders no work outside: the worker does that work here, in a transaction of its own, SpiffWorkflow as it comes would
do it within the step. What is typed is what the demonstration types: it comes from the forms. A service without one
such step is left out.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app import engine
from app.config import ROOT
from app.domain.decisions import CONSENT
from app.storage import bench_rows, cases, db, processes, work
from app.storage.cases import Case
from app.usecases import casework, demo_answers, demo_cases
from app.usecases import processes as publishing
from app.usecases.bench import portal
from app.usecases.bench.chain import PlainEngine
from app.usecases.bench.portal import Place
from app.usecases.bench.walking import Walk, Way, in_turns, moved_by, timed
from app.usecases.casework import APPLICANT

FULL, QUICK = 20, 1  # passes
MOST_SECONDS = 30.0
MOST_STEPS = 40


@dataclass(frozen=True)
class Pair:
    """The same walk of one service for both sides."""

    code: str
    ours: Walk
    plain: Walk


def measure(*, passes: int, seed: int) -> dict[str, object]:
    """The ratio of every service of the city, and their median."""
    codes = [each.service for each in publishing.publish(ROOT, by="alur bench")]
    pairs = [pair for code in codes if (pair := prepared(code))]
    walks = [walk for pair in pairs for walk in (pair.ours, pair.plain)]
    sides = {walk.name: lambda walk=walk: timed(walk) for walk in walks}
    times = in_turns(sides, passes=passes, seed=seed, most_seconds=MOST_SECONDS)
    figures = {pair.code: _figures(pair, times) for pair in pairs}
    ratios = [each["ratio"] for each in figures.values()]
    return {"services": figures, "step_services_ratio": round(statistics.median(ratios), 2)}


def prepared(code: str) -> Pair | None:
    """The walk of a service, and a fresh case of each side before it; nothing where it has no such step."""
    case_id = _apply(code)
    rows = bench_rows.rows_of(case_id)
    way, goal = _found(case_id)
    bench_rows.put_back(case_id, rows)
    if not way:
        return None
    mover = _plain_engine(code)
    with moved_by(mover):
        other_id = _apply(code)
    return Pair(
        code,
        Walk(f"{code}_ours", case_id, rows, engine, way, goal),
        Walk(f"{code}_plain", other_id, bench_rows.rows_of(other_id), mover, way, goal),
    )


def _apply(code: str) -> int:
    return demo_cases.apply(code, demo_answers.applicant(0, portal.HOME))


def _found(case_id: int) -> tuple[Way, Place]:
    """The steps of a case that both sides do alike, and where they lead; the case is walked for it."""
    way, goal = [], portal.place_of(case_id)
    while len(way) < MOST_STEPS and len(cases.open_tasks_of(case_id)) == 1:
        task = portal.waiting(case_id)
        if task.person_id is None:
            break
        given = consent(case_id, task.step)
        portal.finish(task, given)
        if work.unfinished_of(case_id):
            break
        way.append((task.step, given))
        goal = portal.place_of(case_id)
    db.session.remove()
    return way, goal


def consent(case_id: int, step: str) -> dict[str, object]:
    """What an official types who lets the case go on."""
    case = db.session.get_one(Case, case_id)
    form = casework.step_form(case.version_id, step, case.process_id)
    applied = casework.applicant_form(case.version_id, case.process_id)
    return demo_answers.decision(form, CONSENT, applied) if form else {}


def _plain_engine(code: str) -> PlainEngine:
    version = casework.published(processes.find_service(code).current_version_id)
    diagrams = {path: content for path, content in version.files.items() if path.endswith(".bpmn")}
    steps = version.drawing.steps.values()
    return PlainEngine(diagrams, frozenset(step.id for step in steps if step.role == APPLICANT))


def _figures(pair: Pair, times: Mapping[str, Sequence[float]]) -> dict[str, object]:
    ours, plain = (statistics.median(times[walk.name]) for walk in (pair.ours, pair.plain))
    steps = len(pair.ours.way)
    return {
        "ratio": round(plain / ours, 2),
        "ours_steps_per_second": round(steps / ours, 1),
        "plain_steps_per_second": round(steps / plain, 1),
        "steps": steps,
        "state_bytes_ours": pair.ours.state_bytes,
        "state_bytes_plain": pair.plain.state_bytes,
    }
