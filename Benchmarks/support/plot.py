"""Line charts as SVG with the standard library: a column of panels, light background, readable at 700 pixels."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 700, 270
LEFT, RIGHT, TOP, BOTTOM = 66, 160, 40, 48
COLORS = ["#0b6bcb", "#d1495b", "#2e8540", "#8a5a00"]


def number(value):
    return f"{value:,.0f}" if value >= 1 or value == 0 else f"{value:g}"


def log_axis(values, whole=True):
    """Powers of ten; not whole: the axis ends at the greatest value rather than at the power above it."""
    low, high = math.floor(math.log10(min(values))), math.log10(max(values))
    high = max(math.ceil(high) if whole else high, low + 1)
    ticks = [10.0 ** power for power in range(low, math.floor(high) + 1)]
    return (lambda value: (math.log10(value) - low) / (high - low)), ticks


def linear_axis(values):
    high = max(values)
    unit = 10.0 ** math.floor(math.log10(high))
    unit = next(unit * part for part in (0.2, 0.5, 1, 2) if high / (unit * part) <= 6)
    count = math.ceil(high / unit)
    return (lambda value: value / (unit * count)), [unit * index for index in range(count + 1)]


def panel(top, title, x_label, y_label, series, log_y):
    """series: name -> points; both axes of points are positive."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    x_of, x_ticks = log_axis(xs, whole=False)
    y_of, y_ticks = log_axis(ys) if log_y else linear_axis(ys)
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(x, y):
        return LEFT + wide * x_of(x), top + TOP + high * (1 - y_of(y))

    out = [f'<text x="{LEFT}" y="{top + 22}" font-size="15" font-weight="bold">{escape(title)}</text>']
    for tick in x_ticks:
        x = LEFT + wide * x_of(tick)
        out.append(f'<line x1="{x:.1f}" y1="{top + TOP}" x2="{x:.1f}" y2="{top + TOP + high}" stroke="#e3e6ea"/>')
        out.append(f'<text x="{x:.1f}" y="{top + TOP + high + 17}" text-anchor="middle">{number(tick)}</text>')
    for tick in y_ticks:
        y = top + TOP + high * (1 - y_of(tick))
        out.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + wide}" y2="{y:.1f}" stroke="#e3e6ea"/>')
        out.append(f'<text x="{LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{number(tick)}</text>')
    out.append(f'<text x="{LEFT + wide / 2}" y="{top + HEIGHT - 12}" text-anchor="middle">{escape(x_label)}</text>')
    middle = top + TOP + high / 2
    out.append(f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">{escape(y_label)}</text>')
    for index, (name, points) in enumerate(series.items()):
        color = COLORS[index % len(COLORS)]
        dash = ' stroke-dasharray="6 4"' if index % 2 else ""
        placed = [place(x, y) for x, y in points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        out.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"{dash}/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{color}"/>' for x, y in placed]
        y = top + TOP + 12 + 20 * index
        x = LEFT + wide + 14
        out.append(f'<line x1="{x}" y1="{y}" x2="{x + 24}" y2="{y}" stroke="{color}" stroke-width="2"{dash}/>')
        out.append(f'<text x="{x + 30}" y="{y + 4}">{escape(name)}</text>')
    return out


def write(path, panels):
    """panels: (title, x label, y label, series, whether y is logarithmic)"""
    height = HEIGHT * len(panels)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"',
           '     font-family="system-ui, sans-serif" font-size="12" fill="#20242a">',
           f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>']
    for index, each in enumerate(panels):
        out += panel(HEIGHT * index, *each)
    out.append("</svg>")
    with open(path, "w") as file:
        file.write("\n".join(out) + "\n")
