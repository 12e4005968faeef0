"""table2db: its reader and its island detector, which part tables at two blank rows. It has no settings for them."""

import logging

from peer_frame import serve
from table2db.pipeline.island_detector import detect_table_islands
from table2db.pipeline.reader import read_workbook

logging.disable(logging.CRITICAL)


def find(path, _):
    book = read_workbook(path, skip_hidden_sheets=False)
    return {
        sheet.name: [
            # Counted from 0, ends excluded.
            (island.col_start + 1, island.row_start + 1, island.col_end, island.row_end)
            for island in detect_table_islands(sheet.rows)
        ]
        for sheet in book.sheets
    }


serve("table2db", find)
