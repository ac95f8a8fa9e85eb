"""Renders one SVG to PNG: a program of its own, for the renderer lets nothing else run in a process while it works.

Takes the drawing on standard input and the font's path as its argument; gives the picture on standard output.
"""

import sys

import resvg_py


def main() -> None:
    """Render what comes in."""
    svg = sys.stdin.buffer.read().decode()
    png = resvg_py.svg_to_bytes(svg_string=svg, font_files=[sys.argv[1]], skip_system_fonts=True)
    sys.stdout.buffer.write(bytes(png))


if __name__ == "__main__":
    main()
