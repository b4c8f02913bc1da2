#!/usr/bin/env bash
# resvg-py 0.5.0 on an SVG whose font-family is sans-serif or Arial.
#
# Guess:      a generic family is whatever font there is, as in a browser; a character that no font has is a box; and a
#             renderer's font_family option is what it falls back to.
# Behaviour:  resvg draws nothing at all where the named family is not among its fonts, the generic ones included: sans-serif is
#             Arial to it unless sans_serif_family says otherwise. font_family changes nothing as soon as the SVG names a
#             family itself. There is no error and no box: the picture equals that of an empty text, byte for byte. With the
#             family at hand and the character missing in it, it does draw a box.
# Output seen: with DejaVu Sans loaded and nothing else: sans-serif nothing, Arial nothing, with font_family="DejaVu Sans" nothing;
#             with sans_serif_family="DejaVu Sans" drawn; the family named by its name drawn.
# Why it matters: a certificate drawn on a slim image goes out without the name of the award on it, and every log is green. Whoever
#             draws has to compare with a drawing of nothing before it offers pictures.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check resvg-py==0.5.0 matplotlib==3.10.8 2>/dev/null
cat >try.py <<'PY'
import pathlib
import sys

import matplotlib
import resvg_py

FONT = str(pathlib.Path(matplotlib.__file__).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf")


def drawn(text: str, family: str, **options: object) -> bytes:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60"><rect width="200" height="60" fill="white"/>'
        f'<text x="9" y="40" font-size="30" font-family="{family}">{text}</text></svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[FONT], **options))


blank = drawn("", "DejaVu Sans")
found = {
    "sans-serif": drawn("award", "sans-serif") != blank,
    "Arial": drawn("award", "Arial") != blank,
    "sans-serif, font_family given": drawn("award", "sans-serif", font_family="DejaVu Sans") != blank,
    "sans-serif, sans_serif_family given": drawn("award", "sans-serif", sans_serif_family="DejaVu Sans") != blank,
    "DejaVu Sans": drawn("award", "DejaVu Sans") != blank,
    "DejaVu Sans, a character it lacks": drawn("网", "DejaVu Sans") != blank,
}
for name, is_drawn in found.items():
    print(f"{name:<36} {'drawn' if is_drawn else 'nothing'}")
sys.exit(list(found.values()) != [False, False, False, True, True, True])
PY
venv/bin/python try.py
