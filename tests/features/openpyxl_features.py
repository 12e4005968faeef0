"""The features of docs/features.md over openpyxl's objects: slow, obvious, and written apart from the project's own.

usage: openpyxl_features.py MAX_ROWS MAX_COLS FILE.xlsx ...

Prints a JSON line a workbook: {"file", "error"} or {"file", "sheets": [{"name", "height", "width", "rows", "columns",
"channels"}]}; channels is the base64 of zlib of uint8 [rows, columns, 43], the digit proportion as digits / visible
characters in two separate int32 arrays behind it.
"""
import base64
import colorsys
import datetime
import decimal
import json
import re
import statistics
import struct
import sys
import warnings
import xml.etree.ElementTree as ElementTree
import zlib

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.colors import COLOR_INDEX, RGB
from openpyxl.styles.fills import PatternFill
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.merge import MergedCellRange

warnings.simplefilter("ignore")

# openpyxl changes some of what it reads; the features are about what is stored.
MergedCellRange._get_borders = lambda self: setattr(self, "start_cell", None)
MergedCellRange.format = lambda self: None
_set_rgb = RGB.__set__
RGB.__set__ = lambda self, instance, value: _set_rgb(
    self, instance, "FF" + value if isinstance(value, str) and len(value) == 6 else value)

_hyperlink = Cell.hyperlink


def _set_hyperlink(self, value):
    was_empty = self._value is None
    _hyperlink.fset(self, value)
    if was_empty:
        self._value, self.data_type = None, "n"


Cell.hyperlink = property(_hyperlink.fget, _set_hyperlink)  # puts the address into an empty cell
_init_row = RowDimension.__init__


def _init_row_dimension(self, *args, s=None, customFormat=None, **rest):
    _init_row(self, *args, s=s, customFormat=customFormat, **rest)
    self.is_styled = s is not None and customFormat in ("1", "true")


RowDimension.__init__ = _init_row_dimension  # has_style is false for styles of all default parts

OFFICE = ["FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47",
          "0563C1", "954F72"]
SLOTS = ["lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink",
         "folHlink"]
BLANKS = set([9, 10, 11, 12, 13, 32, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]
             + list(range(0x2000, 0x200b)))
EAST_ASIAN = set(range(27, 37)) | set(range(50, 59))
UNKNOWN = object()
# What openpyxl puts where a pattern names no colour; it equals a colour written as 00000000, which is black.
UNSET = PatternFill.__init__.__defaults__


def theme_colors(wb):
    colors = list(OFFICE)
    if wb.loaded_theme:
        for element in ElementTree.fromstring(wb.loaded_theme).iter():
            name = element.tag.rsplit("}", 1)[-1]
            if name in SLOTS and len(element):
                child = element[0]
                value = child.get("lastClr") if child.tag.endswith("}sysClr") else child.get("val")
                if value and re.fullmatch("[0-9A-Fa-f]{6}", value):
                    colors[SLOTS.index(name)] = value
    return colors


def bucket(color, wb, theme):
    """The bucket of a colour, or None for none."""
    if color is None or color.type == "auto" or any(color is each for each in UNSET):
        return None
    if color.type == "rgb":
        if not isinstance(color.rgb, str):
            return None
        rgb = color.rgb[-6:]
    elif color.type == "theme":
        if color.theme >= len(theme):
            return None
        rgb = theme[color.theme]
    elif color.indexed in (64, 65):
        rgb = "000000" if color.indexed == 64 else "FFFFFF"
    else:
        palette = list(wb._colors) + list(COLOR_INDEX[len(wb._colors):])
        if color.indexed >= len(palette):
            return None
        rgb = palette[color.indexed][-6:]
    h, l, s = colorsys.rgb_to_hls(*[int(rgb[i:i + 2], 16) / 255 for i in (0, 2, 4)])
    tint = color.tint or 0
    l = l * (1 + tint) if tint < 0 else l * (1 - tint) + tint
    if s <= 0.15:
        return 1 if l >= 0.95 else 0 if l <= 0.2 else 2
    if l >= 0.97:
        return 1
    if l <= 0.06:
        return 0
    if h < 0.0944 or h >= 0.8333:
        return 3
    return 4 if h < 0.2222 else 5 if h < 0.4722 else 6 if h < 0.8056 else 7


def fill_bucket(fill, wb, theme):
    if not hasattr(fill, "patternType"):
        return next((bucket(stop.color, wb, theme) for stop in fill.stop[:1]), None)
    if fill.patternType in (None, "none"):
        return None
    found = bucket(fill.fgColor, wb, theme)
    if found is None and fill.patternType != "solid":
        found = bucket(fill.bgColor, wb, theme)
    return found


def number_text(value):
    """As JavaScript writes numbers: the shortest digits, an exponent from 1e21 on and below 1e-6."""
    value = float(value)
    sign, digits, exponent = decimal.Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, digits))
    if value == 0:
        return "0"
    point = len(digits) + exponent
    if point > 21 or point < -5:
        text = digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + "e%+d" % (point - 1)
    elif point <= 0:
        text = "0." + "0" * -point + digits
    elif point >= len(digits):
        text = digits + "0" * (point - len(digits))
    else:
        text = digits[:point] + "." + digits[point:]
    return "-" * sign + text


def value_text(cell, epoch):
    """The text of a value; "" for none."""
    v = cell.value
    if v is None:
        return ""
    if isinstance(v, bool):
        return "TRUE" if v else "FALSE"
    if isinstance(v, (int, float)):
        if cell._style.numFmtId in EAST_ASIAN:
            v = epoch + datetime.timedelta(days=v)
        else:
            return number_text(v)
    if isinstance(v, datetime.timedelta):
        if v < datetime.timedelta():
            return UNKNOWN
        v = epoch + v if v >= datetime.timedelta(days=1) else (datetime.datetime.min + v).time()
    if isinstance(v, datetime.datetime):
        if v < epoch:
            return UNKNOWN
        v = (v + datetime.timedelta(microseconds=500_000)).replace(microsecond=0)
        return v.date().isoformat() if v.time() == datetime.time() else v.isoformat()
    if isinstance(v, datetime.date):
        return v.isoformat()
    if isinstance(v, datetime.time):
        if v.microsecond >= 500_000:
            v = (datetime.datetime.combine(datetime.date(2000, 1, 1), v) + datetime.timedelta(seconds=0.5)).time()
        return v.replace(microsecond=0).isoformat()
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m.group(1), 16)), str(v))


def featurise(ws, cached, wb, max_rows, max_cols):
    theme, cells, values = theme_colors(wb), ws._cells, cached._cells
    merges = [m.bounds for m in ws.merged_cells.ranges]
    tables = [(range_boundaries(t.ref), 1 if t.headerRowCount is None else t.headerRowCount)
              for t in ws.tables.values()]
    comments = {key for key, c in cells.items() if c.comment}
    memo = {}

    def text_of(key):
        if key not in memo:
            cell = values.get(key)
            text = value_text(cell, wb.epoch) if cell is not None and hasattr(cell, "_style") else ""
            if text == "" and has_formula(key) and cell.data_type != "str":
                formula = cells[key].value
                formula = formula if isinstance(formula, str) else "=" + (getattr(formula, "text", None) or "")
                text = re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m.group(1), 16)), formula[1:])
            memo[key] = text
        return memo[key]

    def has_formula(key):
        return key in cells and cells[key].data_type == "f"

    filled = [key for key in cells if has_formula(key) or text_of(key) not in ("", UNKNOWN)]
    ends = filled + list(comments) + [(m[3], m[2]) for m in merges] + [(t[0][3], t[0][2]) for t in tables]
    if not ends:
        return 0, 0, 0, 0, b""
    height, width = max(r for r, _ in ends), max(c for _, c in ends)
    rows, columns = min(height, max_rows), min(width, max_cols)

    column_styles = {}
    for dimension in ws.column_dimensions.values():
        if dimension.has_style:
            for column in range(dimension.min or 1, min(dimension.max or 0, columns) + 1):
                column_styles[column] = dimension
    row_styles = {r: d for r, d in ws.row_dimensions.items() if getattr(d, "is_styled", False)}
    default = Cell(ws, row=1, column=1, style_array=wb._cell_styles[0] if wb._cell_styles else StyleArray())

    def holder(key):
        """What has the style of a position: the cell, else its row, else its column."""
        cell = cells.get(key)
        if cell is not None and hasattr(cell, "_style"):
            return cell
        return row_styles.get(key[0]) or column_styles.get(key[1]) or default

    def size(key):
        return holder(key).font.sz or 11

    median = statistics.median([size(key) for key in filled]) if filled else default.font.sz or 11

    merged = {}
    for left, top, right, bottom in merges:
        for r in range(top, min(bottom, rows) + 1):
            for c in range(left, min(right, columns) + 1):
                if right > left or bottom > top:
                    merged.setdefault((r, c), (left, top, right, bottom))
    in_table, in_header = set(), set()
    for (left, top, right, bottom), headers in tables:
        for r in range(top, min(bottom, rows) + 1):
            for c in range(left, min(right, columns) + 1):
                in_table.add((r, c))
                if r < top + headers:
                    in_header.add((r, c))

    styles = {}

    def style_channels(key):
        """Channels 2, 8-23 and 29-39, by what has the style."""
        has = holder(key)
        style = tuple(has._style)
        if style not in styles:
            font, border, protection = has.font, has.border, has.protection
            # An empty format is how ClosedXML writes General.
            formatted = has.number_format.lower() not in ("general", "") or has._style.numFmtId in EAST_ASIAN
            one_hot = [0] * 16
            one_hot[bucket(font.color, wb, theme) or 0] = 1
            fill = fill_bucket(has.fill, wb, theme)
            one_hot[8 + (1 if fill is None else fill)] = 1
            ratio = (font.sz or 11) / median
            edges = [border.left, border.right, border.top, border.bottom]
            styles[style] = (formatted, one_hot, [ratio < 0.7, 0.7 <= ratio <= 1, ratio > 1, bool(font.b),
                             bool(font.strike)] + [bool(e and e.style and e.style != "none") for e in edges]
                             + [bool(protection.locked), bool(protection.hidden)])
        return styles[style]

    out, counts = bytearray(), []
    for r in range(1, rows + 1):
        for c in range(1, columns + 1):
            key = (r, c)
            left, top, right, bottom = merged.get(key, (c, r, c, r))
            anchor = (top, left)
            covered = key != anchor
            formatted, one_hot, rest = style_channels(anchor)
            has_data = has_formula(anchor) or text_of(anchor) != ""
            text = "" if covered else text_of(key)
            if text is UNKNOWN:
                digits, visible, length = -1, -1, [9] * 4
            else:
                digits = sum("0" <= ch <= "9" for ch in text)
                visible = sum(ord(ch) not in BLANKS for ch in text)
                n = len(text)
                length = [n < 10, 10 <= n < 50, 50 <= n < 100, n >= 100]
            out += bytes([has_data, has_formula(anchor), formatted, text == "" or covered,
                          c > left, c < right, r > top, r < bottom] + one_hot + [0] + length + rest
                         + [key in in_table, key in in_header, key in comments])
            counts.append((digits, visible))
    out += struct.pack("<%di" % len(counts), *[d for d, _ in counts])
    out += struct.pack("<%di" % len(counts), *[v for _, v in counts])
    return height, width, rows, columns, bytes(out)


def run(path, max_rows, max_cols):
    wb, cached = load_workbook(path), load_workbook(path, data_only=True)
    sheets = []
    for ws in wb.worksheets:
        height, width, rows, columns, data = featurise(ws, cached[ws.title], wb, max_rows, max_cols)
        sheets.append({"name": ws.title, "height": height, "width": width, "rows": rows, "columns": columns,
                       "channels": base64.b64encode(zlib.compress(data)).decode()})
    return {"file": path, "sheets": sheets}


for path in sys.argv[3:]:
    try:
        line = run(path, int(sys.argv[1]), int(sys.argv[2]))
    except Exception as error:  # noqa: BLE001 whatever a library throws at odd files
        line = {"file": path, "error": f"{type(error).__name__}: {error}"[:200]}
    print(json.dumps(line), flush=True)
