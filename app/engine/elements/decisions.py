"""Business rule tasks: a decision is worked out on the case's variables and its results become variables."""

import copy

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.spiff.parser.task_spec import SpiffTaskParser
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.task import Task

from app.engine.decisions import Decision
from app.engine.elements.ahead import OneStep
from app.engine.elements.variables import shared
from app.engine.language import BadExpression
from app.errors import ProcessFault


class DecisionTask(OneStep, SpiffBpmnTask):
    """Asks its decision as soon as it is reached; every output becomes a variable of that name."""

    def __init__(self, wf_spec: BpmnProcessSpec, name: str, decision: Decision, **kwargs: object) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: Task) -> bool:
        functions = my_task.workflow.script_engine.functions
        try:
            results = self.decision.decide({**shared(my_task), **my_task.data}, functions)
        except (BadExpression, ProcessFault) as mishap:
            raise ProcessFault(f"Langkah {self.bpmn_id or self.name}: {mishap}") from mishap
        my_task.data.update(copy.deepcopy(results))
        return True


class DecisionParser(SpiffTaskParser):
    """Finds the decision that a business rule task calls among the `decisions` of the whole parser."""

    def create_task(self) -> DecisionTask:
        """The task with its decision. Raises ValidationException where no file has that decision."""
        extensions = self.parse_extensions()
        wanted = (extensions.get("calledDecisionId") or "").strip()
        decision = self.process_parser.parser.decisions.get(wanted)
        if decision is None:
            self.raise_validation_exception(f"Keputusan “{wanted}” tidak ada di berkas DMN mana pun")
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            decision=decision,
            prescript=extensions.get("preScript"),
            postscript=extensions.get("postScript"),
            **self.bpmn_attributes,
        )
