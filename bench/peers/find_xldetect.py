"""xldetect: its public inspect_path. It splits sheets at blank rows and columns, and takes titles off.

min_blank_rows, min_blank_cols: how many of them part two tables.
"""

from peer_frame import serve
from xldetect import inspect_path


def find(path, settings):
    report = inspect_path(path, **{name: int(value) for name, value in settings.items()})
    return {sheet.sheet: [region.range_a1 for region in sheet.regions] for sheet in report.sheets}


serve("xldetect", find)
