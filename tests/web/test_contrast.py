"""Holds the colours to their promise: everything written can be read, in both themes."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "app" / "assets" / "css"
PLAIN = {"#fff"}  # paper, and the white ground a QR code and a PDF need in the dark too

SOFT = ("primary-soft", "accent-soft", "ok-soft", "warn-soft", "late-soft", "info-soft")
GROUNDS = ("paper", "surface", "sunken")
TEXT = [
    *[("ink", ground) for ground in GROUNDS + SOFT],
    *[("ink-soft", ground) for ground in (*GROUNDS, "primary-soft", "info-soft", "ok-soft")],
    *[
        (word, ground)
        for word in ("primary", "primary-deep")
        for ground in (*GROUNDS, "primary-soft", "ok-soft")
    ],
    *[("primary", ground) for ground in ("info-soft", "warn-soft", "late-soft")],
    *[(tone, ground) for tone in ("ok", "warn", "late", "info") for ground in (*GROUNDS, f"{tone}-soft")],
    ("warn", "primary-soft"),
    ("late", "primary-soft"),
    ("primary-ink", "primary"),
    ("primary-ink", "primary-deep"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-deep"),
    ("band-ink", "band"),
    ("band-soft", "band"),
]
CONTROLS = [
    *[(edge, ground) for edge in ("control", "primary", "focus", "late") for ground in GROUNDS],
    ("control", "primary-soft"),
    ("band-soft", "band"),
    ("band-ink", "band"),
    ("accent", "band"),
]


def _blocks() -> list[dict[str, str]]:
    text = (STYLES / "tokens.css").read_text()
    return [
        dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))
        for block in re.findall(r"\{([^{}]+)\}", text)
    ]


LIGHT, BY_DEVICE, BY_CHOICE = _blocks()
THEMES = {"light": LIGHT, "dark": LIGHT | BY_DEVICE}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _too_weak(theme: str, pairs: list[tuple[str, str]], least: float) -> dict[str, float]:
    colours = THEMES[theme]
    found = {
        f"{front} on {back}": round(_contrast(colours[front], colours[back]), 2) for front, back in pairs
    }
    return {pair: ratio for pair, ratio in found.items() if ratio < least}


def test_the_measure_itself_is_right():
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_stands_out_from_its_ground(theme):
    assert _too_weak(theme, TEXT, 4.5) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_every_control_stands_out_from_its_ground(theme):
    assert _too_weak(theme, CONTROLS, 3.0) == {}


def test_the_dark_that_is_chosen_is_the_dark_of_the_device():
    assert BY_CHOICE == BY_DEVICE
    assert set(BY_DEVICE) == set(LIGHT)


def test_colours_are_named_only_among_the_tokens():
    strays = {
        f"{path.name}: {colour}"
        for path in STYLES.glob("*.css")
        if path.name != "tokens.css"
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])", path.read_text())
        if colour not in PLAIN
    }
    assert strays == set()


def test_every_token_in_use_exists():
    text = {path.name: path.read_text() for path in STYLES.glob("*.css")}
    known = set(re.findall(r"--([\w-]+):", "".join(text.values())))
    used = set(re.findall(r"var\(--([\w-]+)", "".join(text.values())))
    assert used <= known
