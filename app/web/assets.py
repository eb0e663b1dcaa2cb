"""Where the built browser files are: their names carry a hash of what is in them."""

import json
from functools import cache

from flask import url_for

from app.config import ROOT


def asset(name: str) -> str:
    """The address of a built browser file, by the name of its source."""
    return url_for("static", filename=f"dist/{_manifest().get(name, name)}")


@cache
def _manifest() -> dict[str, str]:
    path = ROOT / "app" / "static" / "dist" / "manifest.json"
    return json.loads(path.read_text()) if path.is_file() else {}
