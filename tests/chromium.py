"""Finds the system's Chromium. Needs nothing but the standard library, so manage.py can ask first."""

import ctypes.util
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Where the browser is, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def needs() -> dict[str, str | None]:
    """Debian's packages for browser tests, and what of each is here; Playwright's driver links libatomic."""
    return {"chromium": find(), "libatomic1": ctypes.util.find_library("atomic")}
