"""A designer's folder under test: the small service of the manual, its journey, and `alur process test` over it."""

import json
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner, Result

from app.cli import main
from app.config import ROOT
from tests.engine.diagrams import build
from tests.usecases import talking

EXAMPLE = ROOT / "tests" / "services" / "kehilangan"
NO = {"keputusan": "tolak", "alasan": "Barang belum benar-benar hilang"}
YES = {"step": "tandatangani", "as": "lurah", "answers": {"keputusan": "setuju"}}


def told(folder: Path, name: str = "kehilangan", **changes: object) -> None:
    """Write the journey of the example with these changes (None takes a key away) under this name."""
    journey = json.loads((EXAMPLE / "tests/journeys/kehilangan.json").read_bytes()) | changes
    journey = {key: value for key, value in journey.items() if value is not None}
    (folder / "tests" / "journeys" / f"{name}.json").write_text(json.dumps(journey), encoding="utf-8")


def run(*words: object) -> Result:
    """`alur process test` with these words."""
    return CliRunner().invoke(main, ["process", "test", *map(str, words)])


def drawing(folder: Path, nodes: list[str], flows: str, *roots: str, steps: Sequence[str] = ()) -> None:
    """Another drawing of the service, its human steps all the Lurah's."""
    process = talking.process("kehilangan", nodes, flows, decides=tuple(steps))
    (folder / "bpmn" / "kehilangan.bpmn").write_bytes(build.document(*roots, process))
