"""gridgulp: its public detect_tables_sync.

All sheets are looked at (its default is ten), and the file's type is not guessed.

empty_row_tolerance: blank rows that a table may have.
"""

import logging
import warnings

from gridgulp import GridGulp
from gridgulp.config import Config
from peer_frame import serve

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def find(path, settings):
    wanted = {name: int(value) for name, value in settings.items()}
    result = GridGulp(config=Config(max_sheets=10_000, enable_magika=False, **wanted)).detect_tables_sync(path)
    return {sheet.name: [table.range.excel_range for table in sheet.tables] for sheet in result.sheets}


serve("gridgulp", find)
