"""Reads extracted tables back with pandas and pyarrow, and compares them with openpyxl's values on the same ranges.

    read_back.py <csv folder> <json folder> <markdown folder> <parquet folder>

The folders are those of `predict --extract` with merged cells filled. Prints {"workbooks", "tables", "cells", "merged",
"differences"} as JSON; workbooks that openpyxl cannot read are left out.
"""
import csv
import datetime
import json
import os
import re
import sys
import warnings

import openpyxl
import pandas
import pyarrow.parquet
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import from_excel

warnings.simplefilter("ignore")


def normal(value):
    """Numbers as floats, everything else as the text of a CSV field; one kind of line break."""
    if value is None or value is pandas.NaT:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return "" if value != value else float(value)
    if isinstance(value, datetime.timedelta):
        whole = round(value.total_seconds() * 1000)
        seconds, rest = divmod(abs(whole), 1000)
        clock = f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        return ("-" if whole < 0 else "") + clock + (f".{rest:03d}" if rest else "")
    if isinstance(value, datetime.datetime):
        form = "%Y-%m-%d" if value.time() == datetime.time() else "%Y-%m-%dT%H:%M:%S"
        return value.strftime(form) + fraction(value)
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M:%S") + fraction(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def fraction(value):
    return f".{round(value.microsecond / 1000):03d}" if value.microsecond else ""


def is_same(got, want):
    if isinstance(want, float) and isinstance(got, str):
        try:
            return float(got) == want
        except ValueError:
            return False
    return got == want


def openpyxl_values(sheet, place):
    """The values of a range with merged cells filled, and how many cells are merged."""
    left, top, right, bottom = range_boundaries(place)
    anchors = {}
    for merged in sheet.merged_cells.ranges:
        for row in range(max(top, merged.min_row), min(bottom, merged.max_row) + 1):
            for column in range(max(left, merged.min_col), min(right, merged.max_col) + 1):
                anchors[row, column] = (merged.min_row, merged.min_col)
    rows = [[normal(value_of(sheet.cell(*anchors.get((row, column), (row, column)))))
             for column in range(left, right + 1)] for row in range(top, bottom + 1)]
    return rows, len(anchors)


def value_of(cell):
    """openpyxl does not know that formats 27 to 36 and 50 to 58 are dates in East Asian versions."""
    number_format = cell._style.numFmtId if cell._style else 0
    is_date = (27 <= number_format <= 36 or 50 <= number_format <= 58) and isinstance(cell.value, (int, float))
    return from_excel(cell.value) if is_date else cell.value


def differences(got, want, name):
    """Cells that differ; at most a few are told."""
    if [len(row) for row in got] != [len(row) for row in want]:
        return [f"{name}: {len(got)} rows instead of {len(want)}, or rows of another width"]
    return [f"{name} row {i} column {j}: {got[i][j]!r} instead of {want[i][j]!r}"
            for i, row in enumerate(want) for j, value in enumerate(row) if not is_same(got[i][j], value)][:3]


def compare(base, folders, want):
    in_csv, in_json, in_markdown, in_parquet = (os.path.join(folder, base) for folder in folders)
    frame = pandas.read_csv(in_csv + ".csv", header=None, dtype=str, keep_default_na=False)
    found = differences([[normal(value) for value in row] for row in frame.values.tolist()], want, in_csv)

    with open(in_json + ".json", encoding="utf-8") as file:
        document = json.load(file)
    rows = [[normal(value) for value in row] for row in document["header"] + document["rows"]]
    found += differences(rows, want, in_json)

    body = want[document["header_rows"]:]
    table = pyarrow.parquet.read_table(in_parquet + ".parquet")
    columns = [[normal(value) for value in column.to_pylist()] for column in table.columns]
    # A column of numbers has no value where the sheet has an error.
    given = [["" if isinstance(value, str) and value.startswith("#") and columns[j][i] == "" else value
              for j, value in enumerate(row)] for i, row in enumerate(body)]
    found += differences([list(row) for row in zip(*columns)], given, in_parquet)
    frame = pandas.read_parquet(in_parquet + ".parquet")
    if frame.shape != (len(body), len(want[0])) or list(frame.columns) != document["columns"]:
        found.append(f"{in_parquet}: pandas has {frame.shape} and {list(frame.columns)}")

    with open(in_markdown + ".md", encoding="utf-8") as file:
        text = file.read()
    lines = text.split("\n")[:-1]
    if len(lines) != len(body) + 2 or any(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) != len(want[0]) + 1
                                          for line in lines):
        found.append(f"{in_markdown}: another number of lines or columns")
    if re.search(r"\bNaN\b|\bUnnamed\b", text) and not re.search(r"\bNaN\b|\bUnnamed\b", str(want)):
        found.append(f"{in_markdown}: NaN or Unnamed")
    return found


def main(folders):
    result = {"workbooks": 0, "tables": 0, "cells": 0, "merged": 0, "differences": []}
    with open(os.path.join(folders[0], "index.csv"), encoding="utf-8", newline="") as file:
        index = list(csv.DictReader(file))
    for path in dict.fromkeys(line["workbook"] for line in index):
        try:
            workbook = openpyxl.load_workbook(path, data_only=True)
        except Exception:
            continue
        result["workbooks"] += 1
        for line in (line for line in index if line["workbook"] == path):
            want, merged = openpyxl_values(workbook[line["sheet"]], line["range"])
            result["tables"] += 1
            result["cells"] += len(want) * len(want[0])
            result["merged"] += merged
            result["differences"] += compare(line["file"].removesuffix(".csv"), folders, want)
    print(json.dumps(result))


main(sys.argv[1:])
