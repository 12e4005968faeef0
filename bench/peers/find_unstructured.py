"""unstructured: the steps by which partition_xlsx finds subtables. Its elements have no addresses; the steps have them.

Sheets are read without leaving out blank rows, which, it says itself, changes no subtable.
"""

import os

os.environ.update(DO_NOT_TRACK="true", SCARF_NO_ANALYTICS="true")

from pathlib import Path

from peer_frame import serve
from unstructured.partition import xlsx


def corners(frame):
    rows, columns = frame.index, frame.columns
    return (int(columns[0]) + 1, int(rows[0]) + 1, int(columns[-1]) + 1, int(rows[-1]) + 1)


def find(path, _):
    found = {}
    with xlsx.open_excel_workbook(Path(path).read_bytes(), compact_empty_rows=False) as book:
        for name in book.sheet_names:
            components = xlsx._ConnectedComponents.from_worksheet_df(book.parse(name, header=None))
            tables = [xlsx._SubtableParser(component.subtable).core_table for component in components]
            found[name] = [corners(table) for table in tables if table is not None and table.size > 0]
    return found


serve("unstructured", find)
