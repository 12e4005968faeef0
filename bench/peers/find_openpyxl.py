"""What a short program on openpyxl does.

take=tables: Excel's own table objects; take=used: the range around all values; take=region: what Ctrl+* selects in
Excel (cells that touch, and rectangles that touch, are one), from 2 x 2 cells on.
"""

import openpyxl
from peer_frame import serve


def find(path, settings):
    book = openpyxl.load_workbook(path)
    take = {"tables": objects, "used": used, "region": regions}[settings["take"]]
    return {sheet.title: take(sheet) for sheet in book.worksheets}


def objects(sheet):
    return [table.ref for table in sheet.tables.values()]


def filled(sheet):
    cells = (cell for row in sheet.iter_rows() for cell in row)
    return {(cell.column, cell.row) for cell in cells if cell.value not in (None, "")}


def used(sheet):
    cells = filled(sheet)
    return [around(cells)] if cells else []


def around(cells):
    columns, rows = [column for column, _ in cells], [row for _, row in cells]
    return (min(columns), min(rows), max(columns), max(rows))


def regions(sheet):
    boxes = []
    left = filled(sheet)
    while left:
        box = grown(around(group(left)), boxes)
        boxes.append(box)
    return sorted(box for box in boxes if box[2] > box[0] and box[3] > box[1])


def group(left):
    """Takes the cells that touch one of them, at a side or a corner, out of the set."""
    first = left.pop()
    reached, waiting = [first], [first]
    while waiting:
        column, row = waiting.pop()
        for place in [(column + c, row + r) for c in (-1, 0, 1) for r in (-1, 0, 1)]:
            if place in left:
                left.remove(place)
                reached.append(place)
                waiting.append(place)
    return reached


def grown(box, boxes):
    """The box with all boxes that touch it, which are taken out of the list."""
    while True:
        touching = [other for other in boxes if touches(box, other)]
        if not touching:
            return box
        for other in touching:
            boxes.remove(other)
            box = (min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3]))


def touches(a, b):
    return a[0] <= b[2] + 1 and b[0] <= a[2] + 1 and a[1] <= b[3] + 1 and b[1] <= a[3] + 1


serve("openpyxl", find)
