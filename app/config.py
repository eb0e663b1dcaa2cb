"""Typed settings from the environment; the start is refused on a missing or weak one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import Refused

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(Refused):
    text = "Pengaturan {name} tidak dapat dipakai: {reason}."


@dataclass(frozen=True)
class Setting:
    """One row of docs/configuration.md: the variable's name, its default and what it is for."""

    name: str
    default: str | None
    help: str


SETTINGS = (
    Setting(
        "ALUR_SECRET_KEY",
        None,
        "Secret of at least 32 characters; every key (session, encryption at rest, certificates) derives from it.",
    ),
    Setting(
        "ALUR_DATABASE_URL",
        "sqlite:///alur.db",
        "SQLAlchemy address of the database; PostgreSQL in production.",
    ),
    Setting("ALUR_FILES", "files", "Folder that holds uploads and letters, encrypted."),
    Setting(
        "ALUR_CITY",
        "3574",
        "Seed of the city: a folder name in app/seed or a path to a folder of the same shape.",
    ),
    Setting(
        "ALUR_BASE_URL",
        "http://127.0.0.1:8000",
        "Public address of the portal, printed in QR codes and notices.",
    ),
    Setting(
        "ALUR_TIMEZONE",
        "Asia/Jakarta",
        "Time zone of the city (Asia/Jakarta, Asia/Makassar or Asia/Jayapura).",
    ),
    Setting("ALUR_DEMO", "", "`1` shows the demo accounts on the sign-in page; leave empty in production."),
    Setting("ALUR_TRUSTED_PROXIES", "0", "How many reverse proxies stand in front and set X-Forwarded-For."),
    Setting("ALUR_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
)


@dataclass(frozen=True)
class Settings:
    """The settings of one installation, checked."""

    secret_key: str = field(repr=False)
    database_url: str
    files: Path
    city: Path
    base_url: str
    zone: ZoneInfo
    demo: bool
    trusted_proxies: int
    log_level: str

    @property
    def on_https(self) -> bool:
        return self.base_url.startswith("https://")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this environment. Raises BadSetting with the name and the reason."""
    environment = os.environ if environment is None else environment
    text = {row.name: environment.get(row.name) or row.default or "" for row in SETTINGS}
    return Settings(
        secret_key=_secret(text["ALUR_SECRET_KEY"]),
        database_url=_database(text["ALUR_DATABASE_URL"]),
        files=Path(text["ALUR_FILES"]).resolve(),
        city=_city(text["ALUR_CITY"]),
        base_url=text["ALUR_BASE_URL"].rstrip("/"),
        zone=_zone(text["ALUR_TIMEZONE"]),
        demo=text["ALUR_DEMO"] == "1",
        trusted_proxies=_count("ALUR_TRUSTED_PROXIES", text["ALUR_TRUSTED_PROXIES"]),
        log_level=_level(text["ALUR_LOG_LEVEL"]),
    )


def read_city(environment: Mapping[str, str] | None = None) -> tuple[Path, ZoneInfo]:
    """The city's folder and zone alone, for commands that need no secret and no database. Raises BadSetting."""
    environment = os.environ if environment is None else environment
    known = {row.name: environment.get(row.name) or row.default or "" for row in SETTINGS}
    return _city(known["ALUR_CITY"]), _zone(known["ALUR_TIMEZONE"])


def _secret(secret: str) -> str:
    if len(secret) < 32 or len(set(secret)) < 8:
        raise BadSetting(name="ALUR_SECRET_KEY", reason="isi sedikitnya 32 karakter acak")
    return secret


def _database(url: str) -> str:
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting(name="ALUR_DATABASE_URL", reason="hanya sqlite:/// dan postgresql:// yang dikenal")
    return url


def _city(name: str) -> Path:
    folder = ROOT / "app" / "seed" / name if name.isalnum() else Path(name)
    if not (folder / "areas.csv").is_file():
        raise BadSetting(name="ALUR_CITY", reason=f"berkas areas.csv tidak ada di {folder.name}")
    return folder


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise BadSetting(name="ALUR_TIMEZONE", reason="zona waktu tidak dikenal") from fault


def _count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BadSetting(name=name, reason="isi bilangan bulat mulai dari 0")
    return int(text)


def _level(text: str) -> str:
    if text not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise BadSetting(name="ALUR_LOG_LEVEL", reason="pilih DEBUG, INFO, WARNING atau ERROR")
    return text
