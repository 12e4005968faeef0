"""The peer of bench/gpu.ts: trains the network of docs/pytorch/table_detector.py on workload.json.

Forward pass, matching, focal + L1 + generalised IoU of every decoder layer, backward pass, and an AdamW step
after every `accumulate` sheets, one sheet per micro-batch, as bench/model.ts does. The sheets lie on the device.

usage: python3 gpu_peer.py [--config minimal|full] [--device cuda|cpu] [--passes N]
prints one JSON line: sheets_per_s and forward_sheets_per_s (best pass after a warm-up), params, peak_gpu_mb
"""
import argparse
import json
import sys
import time
from pathlib import Path

import torch
from scipy.optimize import linear_sum_assignment

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "docs" / "pytorch"))
from table_detector import DetectorConfig, TableDetector  # noqa: E402

ALPHA, GAMMA = 0.25, 2.0
CONFIGS = {
    "minimal": DetectorConfig(),
    "full": DetectorConfig(base_width=64, depths=[3, 3, 9, 3], hidden_dim=256, num_encoder_layers=6,
                           num_decoder_layers=6),
}


def corners(boxes):
    """cxcywh -> x1, y1, x2, y2."""
    centre, half = boxes[..., :2], boxes[..., 2:] / 2
    return torch.cat([centre - half, centre + half], -1)


def area(boxes):
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def giou(a, b):
    """Generalised IoU of boxes as corners, after broadcasting (arXiv 1902.09630)."""
    inner = torch.cat([torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])], -1)
    outer = torch.cat([torch.minimum(a[..., :2], b[..., :2]), torch.maximum(a[..., 2:], b[..., 2:])], -1)
    union = area(a) + area(b) - area(inner)
    return area(inner) / union - (area(outer) - union) / area(outer)


@torch.no_grad()
def match(logits, boxes, tables):
    """-> queries and tables of the assignment with the smallest cost (arXiv 2005.12872)."""
    p = logits[:, 0].sigmoid()
    found = ALPHA * (1 - p) ** GAMMA * -(p + 1e-8).log()
    left = (1 - ALPHA) * p ** GAMMA * -(1 - p + 1e-8).log()
    overlap = giou(corners(boxes)[:, None], corners(tables)[None])
    cost = 2 * (found - left)[:, None] + 5 * torch.cdist(boxes, tables, p=1) - 2 * overlap
    queries, matched = linear_sum_assignment(cost.cpu().numpy())
    return torch.as_tensor(queries, device=boxes.device), torch.as_tensor(matched, device=boxes.device)


def focal(logits, truth):
    """The sum of the focal loss (arXiv 1708.02002)."""
    p = logits.sigmoid()
    wrong = torch.where(truth > 0, 1 - p, p)
    weight = torch.where(truth > 0, ALPHA, 1 - ALPHA)
    entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return (weight * wrong ** GAMMA * entropy).sum()


def loss_of(output, tables):
    """The loss of one sheet: the sum over all decoder layers."""
    count = max(1, len(tables))
    total = 0.0
    for logits, boxes in zip(output.logits, output.boxes):
        truth = torch.zeros_like(logits[0])
        if len(tables) > 0:
            queries, matched = match(logits[0], boxes[0], tables)
            truth[queries, 0] = 1.0
            own, wanted = boxes[0, queries], tables[matched]
            total = total + 5 * (own - wanted).abs().sum() / count
            total = total + 2 * (1 - giou(corners(own), corners(wanted))).sum() / count
        total = total + 2 * focal(logits[0], truth) / count
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", choices=list(CONFIGS), default="minimal")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--passes", type=int, default=3)
    options = parser.parse_args()
    torch.manual_seed(0)
    device = torch.device(options.device)
    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    work = json.loads((HERE / "workload.json").read_text())
    sheets = [
        ((torch.rand(1, rows, columns, 43) < 0.2).float().to(device),
         torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4).to(device))
        for rows, columns, boxes in work["sheets"]
    ]
    model = TableDetector(CONFIGS[options.config]).to(device).train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=1e-4)

    def train():
        for index, (cells, tables) in enumerate(sheets):
            (loss_of(model(cells), tables) / work["accumulate"]).backward()
            if (index + 1) % work["accumulate"] == 0:
                torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)
                optimiser.step()
                optimiser.zero_grad()

    @torch.no_grad()
    def forward():
        for cells, _ in sheets:
            model(cells)

    def seconds(run):
        wait()
        start = time.perf_counter()
        run()
        wait()
        return time.perf_counter() - start

    times = [(seconds(train), seconds(forward)) for _ in range(options.passes + 1)][1:]
    peak = torch.cuda.max_memory_allocated() / 2 ** 20 if device.type == "cuda" else None
    print(json.dumps({
        "engine": f"PyTorch {torch.__version__} on {torch.cuda.get_device_name() if peak else options.device}",
        "config": options.config,
        "params": sum(each.numel() for each in model.parameters()),
        "sheets_per_s": round(len(sheets) / min(time for time, _ in times), 2),
        "forward_sheets_per_s": round(len(sheets) / min(time for _, time in times), 2),
        "peak_gpu_mb": None if peak is None else round(peak),
    }))


main()
