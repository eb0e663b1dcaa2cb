"""The laws of the house, kept by the suite: where things stand, what may import what, how long a piece may be."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.config import ROOT
from tests import founding

TOP_LEVEL = {
    "app", "bpmn", "forms", "templates", "migrations", "tests", "docs", ".ci",
    "manage.py", "setup.cfg", "pyproject.toml", "README.md", "LICENSE",
    "requirements.in", "requirements.txt", "requirements-test.in", "requirements-test.txt",
    ".gitignore", ".pre-commit-config.yaml", ".ruff.toml",
}  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
WRITTEN = {".py", ".html", ".js", ".mjs", ".css", ".liquid"}
BANNED_NAMES = re.compile(r"(helpers?|utils?|manager|common|base|data|.*_service|process_.*)\Z")
EXEMPTIONS = re.compile(
    "|".join(
        (
            "# no" + "qa",
            "type: " + "ignore",
            r"\bTO" + r"DO\b",
            r"\bFIX" + r"ME\b",
            "Not" + "ImplementedError",
        )
    )
)
SECRETS = re.compile(
    r"BEGIN [A-Z ]*PRIVATE" + " KEY" + r"|\bAKIA[0-9A-Z]{16}\b|\bghp_\w{36}|\bey[\w-]{20,}\.ey[\w-]{20,}\."
)
WAITED_FOR = re.compile(r"mark\.(skip|skipif|xfail)\b|pytest\.(skip|xfail|importorskip)\(")


def tracked(*suffixes: str, under: str = "") -> list[Path]:
    """The files Git knows or would add, by ending."""
    options = ("--cached", "--others", "--exclude-standard", "-z")
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", *options, under or "."]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def written_by_hand(*suffixes: str) -> list[Path]:
    """All but the migrations, which Alembic writes."""
    return [path for path in tracked(*suffixes) if "versions" not in path.parts]


def modules(under: str) -> list[Path]:
    return tracked(".py", under=under)


def told(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tool(name: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(name)
    done = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_imports_go_down_and_spiffworkflow_stays_in_the_engine() -> None:
    tool("lint-imports", "--no-cache")


def test_ruff_finds_nothing() -> None:
    tool("ruff", "check", "--no-cache", ".")


def test_the_top_level_is_closed() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP_LEVEL


def test_files_stay_short() -> None:
    long = {
        told(path): lines for path in written_by_hand(*WRITTEN) if (lines := len(_lines(path))) > LONGEST_FILE
    }
    assert not long


def test_functions_stay_short() -> None:
    long = {}
    for path in written_by_hand(".py"):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION:
                long[f"{told(path)}:{node.lineno} {node.name}"] = node.end_lineno - node.lineno + 1
    assert not long


def test_modules_have_the_names_of_things() -> None:
    parts = {part for path in tracked(".py") for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not [part for part in parts if BANNED_NAMES.match(part) and not part.startswith("test_")]


def test_every_module_says_what_it_is_for() -> None:
    silent = [told(path) for path in tracked(".py") if _lines(path) and not ast.get_docstring(_tree(path))]
    assert not silent


def test_nothing_is_exempted_or_left_for_later() -> None:
    assert not list(_lines_with(EXEMPTIONS, tracked(*WRITTEN)))


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    others = [path for path in modules("tests") if path != Path(__file__)]
    assert not list(_lines_with(WAITED_FOR, others))


def test_only_storage_commits() -> None:
    commits = [
        f"{told(path)}:{node.lineno}"
        for path in modules("app")
        if not path.is_relative_to(ROOT / "app" / "storage")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert not commits


def test_ui_words_of_python_are_translated_on_the_web_floor_only() -> None:
    babel = re.compile(r"^\s*(from|import) flask_babel\b")
    others = [path for path in modules("app") if not path.is_relative_to(ROOT / "app" / "web")]
    assert not list(_lines_with(babel, others))


def test_every_route_says_who_may_open_it(tmp_path: Path) -> None:
    app = founding.portal(f"sqlite:///{tmp_path}/none.db", tmp_path / "files", founding.unset_clock)
    silent = {
        f"{rule.rule} → {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        if not getattr(app.view_functions[rule.endpoint], "open_to", None)
    }
    assert not silent


@pytest.mark.parametrize("drawing", tracked(".bpmn", under="bpmn"), ids=lambda path: path.stem)
def test_every_form_and_letter_a_drawing_names_exists_and_no_other(drawing: Path) -> None:
    forms, letters = ROOT / "forms" / drawing.stem, ROOT / "templates" / "letters" / drawing.stem
    named_forms, named_letters = set(), set()
    for element in ElementTree.parse(drawing).iter():
        name, value = element.get("name") or element.get("id"), element.get("value") or ""
        if name in {"formJsonSchemaFilename", "formUiSchemaFilename"}:
            named_forms.add(value)
        if name == "templat":
            named_letters.add(value.strip("\"'"))
    assert named_forms == {path.name for path in forms.glob("*.json")}
    assert named_letters == {path.name for path in letters.glob("*.liquid")}


def test_locks_hold_hashes_and_no_addresses() -> None:
    """Whoever installs brings their own registry: no lock names one."""
    for lock in (path for path in tracked(".txt") if path.with_suffix(".in").is_file()):
        text = lock.read_text()
        assert "://" not in text, told(lock)
        packages = [block for block in re.split(r"\n(?=\S)", text) if "==" in block.split("\n")[0]]
        assert packages
        assert not [block for block in packages if "--hash=sha256:" not in block], told(lock)
    assert '"resolved"' not in (ROOT / "app" / "assets" / "package-lock.json").read_text()


def test_no_secret_lies_in_the_repository() -> None:
    assert not list(_lines_with(SECRETS, [path for path in tracked() if path.suffix not in {".png", ".ttf"}]))


def _lines_with(pattern: re.Pattern, paths: list[Path]) -> Iterator[str]:
    for path in paths:
        for number, line in enumerate(_lines(path), start=1):
            if pattern.search(line):
                yield f"{told(path)}:{number} {line.strip()}"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
