"""Whether consenting to a step signs a letter: a key of another system needs a scope of its own for that."""

from collections.abc import Mapping
from typing import Any

from app.domain.decisions import CONSENT, DECISION
from app.domain.permissions import Actor, TaskFacts, seat_for
from app.storage.cases import Case, Task
from app.usecases import casework
from app.usecases.letters import ACKNOWLEDGER, SIGNER


def refuse_unsigned(actor: Actor, task: Task, facts: TaskFacts, answers: Mapping[str, Any]) -> None:
    """Raises NotAllowed where this consent would sign a letter and the actor may not sign."""
    if actor.via and str(answers.get(DECISION, "")).startswith(CONSENT) and signs(task.case, task.role_key):
        seat_for(actor, "sign letter", facts)


def signs(case: Case, role: str) -> bool:
    """Whether a letter of this case carries the signature of this role; one that is not plain in the drawing may."""
    orders = casework.drawing_of(case.version_id, case.process_id).operations
    letters = [order for order in orders if order.name.startswith("surat.")]
    return any(role in (order.params.get(SIGNER, role), order.params.get(ACKNOWLEDGER)) for order in letters)
