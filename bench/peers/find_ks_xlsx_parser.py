"""ks-xlsx-parser: its public parse_workbook.

take=chunks: its chunks, but for texts, headers, labels, charts and images; take=tables: its chunks of type table;
take=structures: the tables that it puts together of labels and data.
"""

import logging

from ks_xlsx_parser import parse_workbook
from peer_frame import serve

logging.disable(logging.CRITICAL)
NO_TABLES = {"text_block", "header", "label_block", "chart_anchor", "image_anchor", "empty"}


def kind(chunk):
    return getattr(chunk.block_type, "value", chunk.block_type)


def find(path, settings):
    take = settings["take"]
    result = parse_workbook(path)
    found = {sheet.sheet_name: [] for sheet in result.workbook.sheets}
    if take == "structures":
        for table in result.workbook.table_structures:
            if table.overall_range is not None:
                found[table.sheet_name].append(table.overall_range.to_a1())
        return found
    for chunk in result.chunks:
        is_meant = kind(chunk) == "table" if take == "tables" else kind(chunk) not in NO_TABLES
        if is_meant and chunk.top_left_cell and chunk.bottom_right_cell:
            found[chunk.sheet_name].append(f"{chunk.top_left_cell}:{chunk.bottom_right_cell}")
    return found


serve("ks-xlsx-parser", find)
