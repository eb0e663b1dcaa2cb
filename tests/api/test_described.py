"""Whatever a machine sends, it gets an answer that the description promises, and never a fault (ASVS 4.1, 2.2).

schemathesis invents requests from the description: fitting ones and unfitting ones, half of them about things that are
really there. The long run asks more often.
"""

import itertools
from dataclasses import asdict
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from app.api import DESCRIPTION
from tests.api.conftest import Life
from tests.api.machines import Machine
from tests.conftest import Clock

SEED = 20260608
PROMISED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
numbers = itertools.count(1)


def test_every_answer_is_promised(app: Flask, clock: Clock, system: Machine, life: Life) -> None:
    ask_everything(app, clock, system, life, examples=3)


@pytest.mark.long
def test_every_answer_is_promised_at_length(app: Flask, clock: Clock, system: Machine, life: Life) -> None:
    ask_everything(app, clock, system, life, examples=150)


def ask_everything(app: Flask, clock: Clock, system: Machine, life: Life, *, examples: int) -> None:
    description = app.test_client().get(DESCRIPTION).json
    for operation in (each for path in description["paths"].values() for each in path.values()):
        del operation[
            "security"
        ]  # every request brings the right key: what wrong ones get is tested elsewhere
    schema = schemathesis.openapi.from_dict(description)
    schema.app = app
    asked = 0
    for found, mode in itertools.product(schema.get_all_operations(), (POSITIVE, NEGATIVE)):
        operation = found.ok()
        checks = PROMISED + ([negative_data_rejection] if mode is NEGATIVE else [])
        clock.forward(hours=1)  # tries in vain at codes and letters are forgotten
        try:
            ask(operation, mode, checks, system, life, examples)
        except Unsatisfiable:
            assert mode is NEGATIVE  # nothing of it can be wrong
        else:
            asked += 1
    assert asked > 60


def ask(
    operation: Any,
    mode: GenerationMode,
    checks: list[CheckFunction],
    system: Machine,
    life: Life,
    examples: int,
) -> None:
    quick = settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @seed(SEED)
    @quick
    @given(operation.as_strategy(mode), st.booleans(), st.randoms(use_true_random=False))
    def run(case: Any, is_real: bool, chance: Any) -> None:
        if is_real and mode is POSITIVE:
            put_in_what_is_there(case, life, chance)
        answer = case.call(headers=headers(case, system, chance))
        case.validate_response(answer, checks=checks)

    run()


def put_in_what_is_there(case: Any, life: Life, chance: Any) -> None:
    """Numbers and ids of the city instead of invented ones."""
    known = asdict(life)
    cases = [known[name] for name in ("waiting", "returned", "issued", "complaint")]
    number, code = chance.choice(cases)
    real = {"number": number, "task_id": chance.choice([life.task, life.first_task]), "file": life.attachment}
    real |= {"token": life.letter, "incident_id": life.incident, "code": "domisili"}
    for name in case.path_parameters or {}:
        case.path_parameters[name] = real.get(name, case.path_parameters[name])
    if case.headers and "Alur-Tracking-Code" in case.headers:
        case.headers["Alur-Tracking-Code"] = code
    if isinstance(case.body, dict):
        body = {"service": "domisili", "token": life.letter, "case": number, "number": number}
        case.body.update({name: body[name] for name in body if name in case.body})


def headers(case: Any, system: Machine, chance: Any) -> dict[str, str]:
    """The right key, office and request key, unless it is the headers that are wrong on purpose."""
    said = {"Authorization": f"Bearer {system.secret}"}
    made = case.meta.components.get(ParameterLocation.HEADER)
    if made is not None and made.mode is NEGATIVE:
        return said
    if "Alur-Position" in (case.headers or {}):
        said["Alur-Position"] = str(chance.choice(system.positions))
    if "Idempotency-Key" in (case.headers or {}) and chance.random() < 0.8:
        said["Idempotency-Key"] = f"permintaan-{next(numbers)}"
    return said
