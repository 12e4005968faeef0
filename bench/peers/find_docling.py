"""docling: the Excel backend that its converter uses.

Single cells are texts, and charts are left out, since they are no tables.

gap_tolerance: blank rows and columns over which cells still belong together.
"""

import logging
from pathlib import Path

from docling.backend.msexcel_backend import MsExcelDocumentBackend
from docling.datamodel.backend_options import MsExcelBackendOptions
from docling.datamodel.base_models import InputFormat
from docling.datamodel.document import InputDocument
from docling_core.types.doc import GroupLabel
from peer_frame import serve

logging.disable(logging.CRITICAL)


def sheet_of(item, document):
    group = item.parent.resolve(document)
    while group.label != GroupLabel.SHEET:
        group = group.parent.resolve(document)
    return group.name


def find(path, settings):
    options = MsExcelBackendOptions(
        gap_tolerance=int(settings["gap_tolerance"]), treat_singleton_as_text=True, parse_charts=False
    )
    source = InputDocument(
        path_or_stream=Path(path), format=InputFormat.XLSX, backend=MsExcelDocumentBackend, backend_options=options
    )
    if not source.valid:
        raise ValueError("docling does not take the workbook")
    document = source._backend.convert()
    found = {group.name: [] for group in document.groups if group.label == GroupLabel.SHEET}
    for table in document.tables:
        box = table.prov[0].bbox  # corners of cells, counted from 0
        found[sheet_of(table, document)].append((int(box.l) + 1, int(box.t) + 1, int(box.r), int(box.b)))
    return found


serve("docling-slim", find)
