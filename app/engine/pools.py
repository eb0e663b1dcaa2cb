"""The pools of a diagram: beside its main process, those that run as cases of their own."""

from collections.abc import Mapping

from app.engine import graph
from app.engine.drawing import read
from app.engine.sources import read_xml


def pools(files: Mapping[str, bytes], main: str) -> tuple[str, ...]:
    """Ids of the other executable processes of the diagram `main` (a path) that no process calls."""
    roots = {path: read_xml(path, content) for path, content in files.items() if path.endswith(".bpmn")}
    found = graph.processes(roots).values()
    inner = set().union(*(graph.called(process) for process in found), {read(files, main).process_id})
    return tuple(
        process.id
        for process in found
        if process.path == main and process.id not in inner and _is_executable(process)
    )


def _is_executable(process: graph.Process) -> bool:
    return not process.is_global_task and process.element.get("isExecutable") == "true"
