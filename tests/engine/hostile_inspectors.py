"""What a check might do that it must not: each stands in for `guarded_child.inspect` in a checking process."""

import os
import signal
import socket
import time
from pathlib import Path

from lxml import etree
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from app.engine.guarded_child import inspect


def hang(files, operations, at):
    at(next(iter(files)))
    while True:
        pass


def sleep(files, operations, at):
    time.sleep(60)


def hoard(files, operations, at):
    at(list(files)[-1])
    held = []
    while True:
        held.append(bytearray(1_000_000))


def modest(files, operations, at):
    """As much memory as a check may have."""
    held = bytearray(150_000_000)
    return [["x", "x", "", str(len(held)), "x", True, ""]]


def crash(files, operations, at):
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(files, operations, at):
    os._exit(0)


def fault(files, operations, at):
    raise RuntimeError


def flood(files, operations, at):
    while True:
        os.write(1, b"x" * 65536)


def say(files, operations, at):
    """Answers what the file says, as a check that was taken over would."""
    os.write(1, next(iter(files.values())))
    os._exit(0)


def look_around(files, operations, at):
    """Everything of the portal that can be seen from here, and what can be opened."""
    tries = {
        "file": lambda: Path("/etc/passwd").read_bytes(),
        "socket": lambda: socket.socket(socket.AF_INET),
        "pipe": os.pipe,
    }
    found = [f"{name}={value}" for name, value in os.environ.items()]
    for name, attempt in tries.items():
        try:
            attempt()
        except OSError:
            continue
        found.append(f"opened {name}")
    return [[text, "x", "", "x", "x", True, ""] for text in [*found, *_inherited()]]


def _inherited() -> list[str]:
    found = []
    for number in range(3, 256):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(f"has {number}")
    return found


def each_alone(files, operations, at):
    """Every file for itself, in one process: as many checks as there are files would take a while."""
    return [
        [*row[:6], path]
        for path, content in files.items()
        for row in inspect({path: content}, operations, lambda _path: None)
    ]


def parse_raw(files, operations, at):
    """SpiffWorkflow's own parser without a look at the drawing before."""
    for path, content in files.items():
        at(path)
        parser = SpiffBpmnParser()
        parser.add_bpmn_xml(etree.fromstring(content))
        for process in parser.get_process_ids():
            parser.get_subprocess_specs(process)
    return []
