"""Prints what openpyxl finds in the workbooks named on the command line, as one JSON line a file."""
import datetime
import json
import sys

import openpyxl


def color(c):
    if c is None:
        return None
    if c.type == "rgb":
        return {"rgb": c.rgb}
    if c.type == "theme":
        return {"theme": c.theme, "tint": c.tint or 0}
    if c.type == "indexed":
        return {"indexed": c.indexed}
    return {"auto": True}


def value(v):
    if isinstance(v, (datetime.datetime, datetime.date)):
        return {"date": v.isoformat()}
    if isinstance(v, datetime.time):
        return {"time": v.isoformat()}
    if isinstance(v, float) and v != v:
        return {"nan": True}
    return v


def cell(c):
    f, b = c.font, c.border
    return {
        "type": c.data_type, "value": value(c.value), "format": c.number_format,
        "font": {"name": f.name, "size": f.sz, "bold": bool(f.b), "italic": bool(f.i), "strike": bool(f.strike),
                 "underline": bool(f.u), "color": color(f.color)},
        "fill": {"pattern": c.fill.patternType, "foreground": color(c.fill.fgColor), "background": color(c.fill.bgColor)},
        "border": [getattr(b, side).style for side in ("left", "right", "top", "bottom")],
        "locked": c.protection.locked, "hidden": c.protection.hidden,
        "comment": c.comment and {"text": c.comment.text, "author": c.comment.author},
    }


for path in sys.argv[1:]:
    book = openpyxl.load_workbook(path)
    cached = openpyxl.load_workbook(path, data_only=True)
    sheets = []
    for ws in book.worksheets:
        sheets.append({
            "name": ws.title, "state": ws.sheet_state, "protected": bool(ws.protection.sheet),
            "gridLines": ws.sheet_view.showGridLines is not False,
            "cells": {c.coordinate: cell(c) for row in ws.iter_rows() for c in row},
            "cached": {c.coordinate: value(c.value) for row in cached[ws.title].iter_rows() for c in row},
            "merges": sorted(str(r) for r in ws.merged_cells.ranges),
            "tables": [{"name": t.name, "ref": t.ref, "header": t.headerRowCount, "totals": t.totalsRowCount or 0,
                        "columns": [k.name for k in t.tableColumns]} for t in ws.tables.values()],
            "hiddenRows": sorted(r for r, d in ws.row_dimensions.items() if d.hidden),
            "hiddenColumns": sorted(k for k, d in ws.column_dimensions.items() if d.hidden),
        })
    print(json.dumps({"sheets": sheets}))
