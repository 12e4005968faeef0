"""Prints, as JSON, what docs/pytorch/table_detector.py says of sheets: `pytorch_twin.py <weights> <cells> ...`.

Per sheet alone: the logits and boxes of every decoder layer, the dense logits [H, W, 5], the proposals, the tables and
the score threshold. `batch_error`: by how much the last boxes differ if all sheets are padded into one batch.
`pytorch_twin.py --best-set <file>` prints the best set of each list of [score, box] in a JSON file, and
`pytorch_twin.py --without-titles <file> <cells>` the boxes of a JSON file without their titles.
"""
import json
import os
import sys

import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "pytorch"))

from table_detector import TableDetector, best_set, read_cells, without_titles  # noqa: E402


def numbers(x):
    return [float("%.9g" % value) for value in x.reshape(-1).tolist()]


@torch.no_grad()
def main(weights, paths):
    model = TableDetector.from_file(weights)
    sheets, last = [read_cells(path) for path in paths], []
    result = {"threshold": model.score_threshold, "sheets": []}
    for cells in sheets:
        output = model(cells[None])
        last.append(output.boxes[-1][0] if output.boxes else None)
        result["sheets"].append({
            "logits": [numbers(logits) for logits in output.logits],
            "boxes": [numbers(boxes) for boxes in output.boxes],
            "dense": None if output.dense is None else numbers(output.dense[0].permute(1, 2, 0)),
            "proposals": None if output.proposals is None else output.proposals[0],
            "tables": [{"range": table.range, "score": table.score} for table in model.find_tables(cells)],
        })
    if last[0] is not None:
        rows, columns = (max(cells.shape[axis] for cells in sheets) for axis in (0, 1))
        batch = torch.zeros(len(sheets), rows, columns, sheets[0].shape[2])
        mask = torch.zeros(len(sheets), rows, columns, dtype=torch.bool)
        for b, cells in enumerate(sheets):
            batch[b, :cells.shape[0], :cells.shape[1]] = cells
            mask[b, :cells.shape[0], :cells.shape[1]] = True
        together = model(batch, mask).boxes[-1]
        result["batch_error"] = max((together[b] - boxes).abs().max().item() for b, boxes in enumerate(last))
    print(json.dumps(result))


if sys.argv[1] == "--best-set":
    with open(sys.argv[2]) as file:
        print(json.dumps([best_set([(score, tuple(box)) for score, box in boxes]) for boxes in json.load(file)]))
elif sys.argv[1] == "--without-titles":
    with open(sys.argv[2]) as file:
        boxes = [(score, tuple(box)) for score, box in json.load(file)]
    print(json.dumps(without_titles(boxes, read_cells(sys.argv[3]))))
else:
    main(sys.argv[1], sys.argv[2:])
