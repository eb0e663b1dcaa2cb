"""A neutral emblem for cities that have not uploaded theirs: a shield with a star, a roof and water."""

from math import cos, pi, sin

from fpdf import FPDF

LINE_WIDTH = 0.5


def draw_emblem(pdf: FPDF, *, x: float, y: float, width: float) -> float:
    """Draw the placeholder with its top left corner at (x, y); gives back its height."""
    height = width * 1.2
    pdf.set_draw_color(60)
    pdf.set_line_width(LINE_WIDTH)
    pdf.set_fill_color(246)
    pdf.polygon(_shield(x, y, width, height), style="DF")
    pdf.set_fill_color(60)
    pdf.polygon(_star(x + width / 2, y + height * 0.24, width * 0.13), style="F")
    _draw_roof(pdf, x + width / 2, y + height * 0.42, width)
    _draw_water(pdf, x + width / 2, y + height * 0.74, width)
    return height


def _shield(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    """Straight shoulders, then an arc that narrows to the point."""
    turn = [(cos(step * pi / 36), sin(step * pi / 36)) for step in range(19)]
    middle, shoulder = x + width / 2, y + height * 0.5
    right = [(middle + width / 2 * across**0.85, shoulder + height / 2 * down) for across, down in turn[:-1]]
    left = [(2 * middle - px, py) for px, py in reversed(right)]
    return [(x, y), (x + width, y), *right, (middle, y + height), *left]


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    reach = (radius, radius * 0.42)
    return [
        (x + reach[corner % 2] * sin(corner * pi / 5), y - reach[corner % 2] * cos(corner * pi / 5))
        for corner in range(10)
    ]


def _draw_roof(pdf: FPDF, middle: float, top: float, width: float) -> None:
    half = width * 0.27
    pdf.polygon(
        [(middle, top), (middle + half, top + half * 0.62), (middle - half, top + half * 0.62)], style="F"
    )
    for place in (-0.7, 0.0, 0.7):
        pdf.rect(middle + place * half - half * 0.12, top + half * 0.72, half * 0.24, half * 0.62, style="F")


def _draw_water(pdf: FPDF, middle: float, top: float, width: float) -> None:
    for row, reach in enumerate((0.27, 0.2)):
        start, span, level = middle - width * reach, 2 * width * reach, top + row * width * 0.09
        points = [(start + span * step / 24, level + sin(step * pi / 6) * width * 0.02) for step in range(25)]
        pdf.polyline(points)
