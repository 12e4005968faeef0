"""The losses of the detector with a dense head, in PyTorch, for `dense_golden.py`."""
import itertools

import torch
import torch.nn.functional as F


def dense_loss(logits, sizes, targets):
    """
    Weighted cross-entropy of the five maps inside, left, top, right, bottom: per sheet and map the weighted mean over the
    sheet's cells, summed over maps as 1, 4, 4, 4, 4, averaged over sheets.

    logits [B, 5, H, W]; sizes: (rows, columns) of each sheet; targets: per sheet [T, 4] cxcywh in 0 ... 1 of it.
    """
    total = 0.0
    for own, (rows, columns), boxes in zip(logits, sizes, targets):
        truth, weight = dense_targets(rows, columns, boxes)
        entropy = F.binary_cross_entropy_with_logits(own[:, :rows, :columns], truth, reduction="none")
        means = (entropy * weight).sum((1, 2)) / weight.sum((1, 2))
        total = total + (means * torch.tensor([1.0, 4, 4, 4, 4], dtype=means.dtype)).sum()
    return total / len(sizes)


def dense_targets(rows, columns, boxes):
    """
    -> truth and weights [5, rows, columns]. A cell weighs 1, but 2 in a table or within two cells of one; inside a table
    sqrt(120 / its cells) on the inside map, and on an edge three times sqrt(12 / its length): both roots kept in 1 ... 4.
    """
    truth = torch.zeros(5, rows, columns, dtype=torch.float64)
    weight = torch.ones_like(truth)
    corners = []
    for cx, cy, w, h in boxes.tolist():
        corners.append([round(v) for v in ((cx - w / 2) * columns, (cy - h / 2) * rows,
                                           (cx + w / 2) * columns, (cy + h / 2) * rows)])
    for x1, y1, x2, y2 in corners:
        weight[:, max(0, y1 - 2):y2 + 2, max(0, x1 - 2):x2 + 2] = 2
    for x1, y1, x2, y2 in corners:
        def mark(channel, top, left, bottom, right, value):
            truth[channel, top:bottom, left:right] = 1
            weight[channel, top:bottom, left:right] = value

        def rarity(usual, have):
            return min(4.0, max(1.0, (usual / have) ** 0.5))

        mark(0, y1, x1, y2, x2, rarity(120, (x2 - x1) * (y2 - y1)))
        tall, wide = 3 * rarity(12, y2 - y1), 3 * rarity(12, x2 - x1)
        mark(1, y1, x1, y2, x1 + 1, tall)
        mark(2, y1, x1, y1 + 1, x2, wide)
        mark(3, y1, x2 - 1, y2, x2, tall)
        mark(4, y2 - 1, x1, y2, x2, wide)
    return truth, weight


def generalised_iou(a, b):
    """[..., 4] cxcywh each -> [...] (arXiv 1902.09630)."""
    low_a, high_a, low_b, high_b = a[..., :2] - a[..., 2:] / 2, a[..., :2] + a[..., 2:] / 2, \
        b[..., :2] - b[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2
    shared = (torch.minimum(high_a, high_b) - torch.maximum(low_a, low_b)).clamp(min=0).prod(-1)
    union = a[..., 2] * a[..., 3] + b[..., 2] * b[..., 3] - shared
    hull = (torch.maximum(high_a, high_b) - torch.minimum(low_a, low_b)).prod(-1)
    return shared / union - (hull - union) / hull


def focal(logits, truth):
    """[...] -> [...] with alpha 0.25 and gamma 2 (arXiv 1708.02002)."""
    entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    p = logits.sigmoid()
    return torch.where(truth > 0, 0.25 * (1 - p) ** 2, 0.75 * p ** 2) * entropy


def assignment(logits, boxes, truth):
    """The queries [T] that stand for the tables at the least cost: every choice is tried, a tiny problem has few."""
    p = logits[:, 0].sigmoid()
    gain = 0.25 * (1 - p) ** 2 * -(p + 1e-8).log() - 0.75 * p ** 2 * -(1 - p + 1e-8).log()
    distance = (boxes[:, None] - truth).abs().sum(-1)
    cost = 2 * gain[:, None] + 5 * distance - 2 * generalised_iou(boxes[:, None], truth[None])
    choices = itertools.permutations(range(len(boxes)), len(truth))
    return list(min(choices, key=lambda queries: sum(cost[q, t].item() for t, q in enumerate(queries))))


def detection_loss(layers, targets):
    """-> total over all layers, and the last layer's parts cls, l1, iou (arXiv 2005.12872)."""
    tables = max(1, sum(len(truth) for truth in targets))
    total = 0.0
    for logits, boxes in layers:
        cls = l1 = iou = 0.0
        for b, truth in enumerate(targets):
            queries = assignment(logits[b].detach(), boxes[b].detach(), truth)
            found = torch.zeros_like(logits[b])
            found[queries, 0] = 1
            cls = cls + 2 * focal(logits[b], found).sum() / tables
            l1 = l1 + 5 * (boxes[b, queries] - truth).abs().sum() / tables
            iou = iou + 2 * (1 - generalised_iou(boxes[b, queries], truth)).sum() / tables
        total = total + cls + l1 + iou
    return total, {"cls": cls, "l1": l1, "iou": iou}
