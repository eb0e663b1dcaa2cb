"""What the documents say is so: settings, routes, commands, paths, functions and pictures."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from app import cli
from app.config import ROOT, SETTINGS
from tests import founding

DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
HEAVIEST_PICTURE = 80 * 1024
HEADING_OF = {
    "siapa pun": {"Anybody", "Code"},
    "yang masuk": {"Signed in"},
    "petugas": {"Officials"},
    "administrator": {"Administrators"},
    "kunci": {"Keys"},
    "mesin": {"Machines"},
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("docs")
    return founding.portal(f"sqlite:///{folder}/none.db", folder / "files", founding.unset_clock)


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_table_of_settings_is_what_the_portal_reads() -> None:
    rows = re.findall(r"^\| `(ALUR_\w+)` \| (\S+) \|", text_of("configuration.md"), flags=re.MULTILINE)
    said = {name: {"–": None, "empty": ""}.get(default, default.strip("`")) for name, default in rows}
    assert said == {row.name: row.default for row in SETTINGS}


def test_every_route_is_listed_under_who_may_open_it(portal: Flask) -> None:
    said = set(_listed_routes())
    real = {
        (rule.rule, method)
        for rule in portal.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(address, method) for address, method, _ in said} == real
    for rule in portal.url_map.iter_rules():
        headings = {heading for address, _, heading in said if address == rule.rule}
        assert headings <= HEADING_OF[portal.view_functions[rule.endpoint].open_to], rule.rule


def test_every_command_is_described_and_every_described_command_exists() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in DOCS)
    commands = set(_commands(cli.main, ()))
    said = {tuple(words.split()) for words in re.findall(r"\balur((?: [a-z]+)+)", everything)}
    assert not {
        command for command in commands if not any(words[: len(command)] == command for words in said)
    }
    named = {tuple(words.split()) for words in re.findall(r"`(?:\.venv/bin/)?alur((?: [a-z]+)+)", everything)}
    assert not {words for words in named if not any(words[: len(command)] == command for command in commands)}


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_what_a_document_points_at_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert not [link for link in links if link and not (document.parent / link).exists()]
    assert not [name for name in re.findall(r"`([\w/]+\.py)(?:::\w+)?`", text) if not _module(name)]
    functions = re.findall(r"`([\w/]+\.py)::(\w+)`", text)
    assert not [
        f"{name}::{function}" for name, function in functions if function not in _defined_in(_module(name))
    ]


def test_pictures_of_the_documents_are_light_and_used() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in DOCS)
    pictures = [
        path for path in (ROOT / "docs").rglob("*") if path.suffix in {".png", ".jpg", ".webp", ".svg"}
    ]
    assert not [path.name for path in pictures if path.stat().st_size > HEAVIEST_PICTURE]
    assert not [path.name for path in pictures if path.name not in everything]


def _listed_routes() -> Iterator[tuple[str, str, str]]:
    """(address, method, heading) of every row of docs/routes.md."""
    heading = ""
    for line in text_of("routes.md").splitlines():
        if line.startswith("## "):
            heading = line[3:].strip()
        if row := re.match(r"\| (`/.*?`) \| ([A-Z, ]+) \|", line):
            for address in re.findall(r"`([^`]+)`", row[1]):
                for method in row[2].split(","):
                    yield address, method.strip(), heading


def _commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(inner, (*path, name))
    else:
        yield path


def _module(name: str) -> Path | None:
    """A module as documents name it: from the root, or from app/."""
    return next((path for path in (ROOT / name, ROOT / "app" / name) if path.is_file()), None)


def _defined_in(module: Path | None) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8")) if module else ast.Module(body=[])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
