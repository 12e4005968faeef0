"""Prints what openpyxl reads from workbooks, one JSON line a workbook, for the comparison in openpyxl-compare.ts.

usage: openpyxl_dump.py FILE.xlsx ...

Each line: {"file", "error"} or {"file", "styles": [...], "sheets": [{"name", "state", "cells", "merges", "tables",
"comments"}]}. A cell is [row, column, style, type, value, formula]: the type and value are those of the cached result
(data_only), the formula is null where there is none. A style is [number format, bold, strike, size, font colour,
[fill pattern, foreground, background], [left, right, top, bottom], locked, hidden]; a colour is [kind, value, tint].
"""
import datetime
import json
import sys
import warnings

from openpyxl import load_workbook

warnings.simplefilter("ignore")


def color(c):
    if c is None:
        return None
    return [c.type, c.value if c.type != "auto" else 0, c.tint]


def side(s):
    return s.style if s is not None and s.style not in (None, "none") else None


def style(c):
    font, fill, border, protection = c.font, c.fill, c.border, c.protection
    if hasattr(fill, "patternType"):
        looks = [fill.patternType or "none", color(fill.fgColor), color(fill.bgColor)]
    else:
        looks = ["gradient", None, None]
    return [c.number_format, bool(font.b), bool(font.strike), font.sz, color(font.color), looks,
            [side(border.left), side(border.right), side(border.top), side(border.bottom)],
            bool(protection.locked), bool(protection.hidden)]


def value(c):
    """The type and value of a cell as JSON has them; dates in the form of the features' texts."""
    v = c.value
    if v is None:
        return "blank", None
    if isinstance(v, bool):
        return "boolean", v
    if isinstance(v, datetime.datetime):
        v = v + datetime.timedelta(microseconds=500_000)
        v = v.replace(microsecond=0)
        return "date", v.date().isoformat() if v.time() == datetime.time() else v.isoformat()
    if isinstance(v, datetime.date):
        return "date", v.isoformat()
    if isinstance(v, datetime.time):
        seconds = v.hour * 3600 + v.minute * 60 + v.second + (v.microsecond >= 500_000)
        return "date", "%02d:%02d:%02d" % (seconds // 3600, seconds // 60 % 60, seconds % 60)
    if isinstance(v, datetime.timedelta):
        return "duration", v.total_seconds()
    if isinstance(v, (int, float)):
        return "number", v
    return ("error" if c.data_type == "e" else "text"), str(v)


def dump(path):
    formulas, values = load_workbook(path), load_workbook(path, data_only=True)
    styles, known, sheets = [], {}, []
    for ws in formulas.worksheets:
        cached = values[ws.title]
        cells = []
        for (row, column), c in sorted(ws._cells.items()):
            key = tuple(getattr(c, "_style", ()))
            if key not in known:
                known[key] = len(styles)
                styles.append(style(c))
            kind, v = value(cached._cells[row, column]) if (row, column) in cached._cells else ("blank", None)
            formula = None
            if c.data_type == "f":
                text = c.value
                if not isinstance(text, str):
                    text = "=" + (getattr(text, "text", None) or "")
                formula = text[1:] if text.startswith("=") else text
            cells.append([row, column, known[key], kind, v, formula])
        sheets.append({
            "name": ws.title, "state": ws.sheet_state, "cells": cells,
            "merges": sorted(str(m) for m in ws.merged_cells.ranges),
            "tables": sorted([t.ref, 1 if t.headerRowCount is None else t.headerRowCount] for t in ws.tables.values()),
            "comments": sorted([r, k, c.comment.text] for (r, k), c in ws._cells.items() if c.comment),
        })
    return {"file": path, "styles": styles, "sheets": sheets}


for path in sys.argv[1:]:
    try:
        line = dump(path)
    except Exception as error:  # noqa: BLE001 whatever a library throws at odd files
        line = {"file": path, "error": f"{type(error).__name__}: {error}"[:200]}
    print(json.dumps(line), flush=True)
