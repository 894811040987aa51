"""The picture of an answer as an SVG file: who waits and the service level, half-hour by half-hour, both ways.

Plain shapes and system fonts, so that any browser and any document shows it; colours are told apart by dashes too.
"""

from __future__ import annotations

from html import escape

from contactcenter.sim.whatif.table import Answer, levels_by_half_hour, waiting_by_half_hour

__all__ = ["draw"]

WIDTH, HEIGHT, LEFT, RIGHT, TOP, GAP = 900, 560, 60, 20, 70, 60
PANEL = (HEIGHT - TOP - 2 * GAP) // 2
USUAL, CHANGED, QUIET = "#5b6470", "#0b63c5", "#d7dbe0"
STEPS = 4

Values = list[float | None]


def draw(answer: Answer) -> str:
    """Return the SVG."""
    waits = (waiting_by_half_hour(answer.usual_days), waiting_by_half_hour(answer.changed_days))
    levels = (levels_by_half_hour(answer.usual_days), levels_by_half_hour(answer.changed_days))
    highest = max(1.0, *(value for values in waits for value in values if value is not None))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13" fill="#1d2733">',
        f"<title>{escape(answer.changed.name)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="26" font-size="18" font-weight="600">{escape(answer.changed.name)}</text>',
        *_legend(len(answer.usual_days)),
        *_panel("Waiting (mean number)", TOP, waits, highest, answer.start_at),
        *_panel("Service level (%)", TOP + PANEL + GAP, levels, 100.0, answer.start_at),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _legend(days: int) -> list[str]:
    return [
        _line(LEFT, 46, LEFT + 30, 46, USUAL, ' stroke-width="2.5" stroke-dasharray="6 4"'),
        f'<text x="{LEFT + 36}" y="50">as it is</text>',
        _line(LEFT + 110, 46, LEFT + 140, 46, CHANGED, ' stroke-width="2.5"'),
        f'<text x="{LEFT + 146}" y="50">would be</text>',
        f'<text x="{WIDTH - RIGHT}" y="50" text-anchor="end" fill="{USUAL}">means of {days} simulated days</text>',
    ]


def _panel(title: str, top: int, both: tuple[Values, Values], highest: float, start_at: int) -> list[str]:
    parts = [f'<text x="{LEFT}" y="{top + 12}" font-weight="600">{title}</text>']
    for step in range(STEPS + 1):
        y = _y(top, highest * step / STEPS, highest)
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y, QUIET))
        label = f"{highest * step / STEPS:,.0f}" if highest >= STEPS else f"{highest * step / STEPS:.1f}"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{label}</text>')
    count = len(both[0])
    for number in range(0, count, 2 if count <= 24 else 4):
        hour = (start_at // 3_600_000 + number // 2) % 24
        parts.append(f'<text x="{_x(number, count)}" y="{top + PANEL + 20}" text-anchor="middle">{hour}:00</text>')
    parts += _curve(both[0], top, highest, f'stroke="{USUAL}" stroke-dasharray="6 4"')
    parts += _curve(both[1], top, highest, f'stroke="{CHANGED}"')
    return parts


def _curve(values: Values, top: int, highest: float, look: str) -> list[str]:
    """Draw one line; where nothing is known there is a gap."""
    runs: list[list[str]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{_x(number, len(values))},{_y(top, value, highest)}")
    return [f'<polyline points="{" ".join(run)}" fill="none" stroke-width="2.5" {look}/>' for run in runs if run]


def _x(number: int, count: int) -> int:
    return LEFT + (WIDTH - LEFT - RIGHT) * (2 * number + 1) // (2 * count)


def _y(top: int, value: float, highest: float) -> int:
    return top + PANEL - round((PANEL - 24) * min(value, highest) / highest)


def _line(x1: int, y1: int, x2: int, y2: int, colour: str, look: str = "") -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"{look}/>'
