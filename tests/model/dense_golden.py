"""Writes tests/golden/dense_model.json and dense_model.pt: a tiny detector with a dense head.

The network is that of docs/pytorch/table_detector.py. Weights, cells, proposals and evidence are drawn; every number is
computed in float64. Proposals are given, not read off the maps: how the project draws them is no part of the goldens.

Run: python3 tests/model/dense_golden.py           (PyTorch >= 1.13)
     python3 tests/model/dense_golden.py --check   prints, as JSON, what the twin says of the weights and inputs in the files
"""
import json
import os
import sys

import torch

from dense_golden_loss import dense_loss, detection_loss

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "docs", "pytorch"))

from table_detector import EVIDENCE, DenseHeadConfig, DetectorConfig, TableDetector, box_position  # noqa: E402

GOLDEN = os.path.join(HERE, "..", "golden")
CONFIG = {
    "in_channels": 43, "stem_stride": 2, "base_width": 4, "depths": [1, 1, 1, 1], "use_grn": True, "hidden_dim": 16,
    "num_heads": 2, "num_points": 2, "num_encoder_layers": 1, "num_decoder_layers": 2, "num_queries": 5, "ffn_ratio": 2,
    "dropout": 0.0, "box_refine": True, "num_classes": 1,
    "dense_head": {"widths": [4, 8, 8], "depths": [1, 1, 2], "up_depths": [1, 1], "dropout": 0.0, "only": False},
}
# Odd, unequal, none a multiple of the strides.
SHEETS = [(13, 7), (9, 11)]
# Rows and columns from, to (excluded).
TABLES = [[(1, 0, 6, 4), (7, 2, 13, 7)], [(2, 3, 9, 10)]]
LR, WEIGHT_DECAY, MAX_NORM, STEPS = 1e-3, 1e-4, 0.1, 6


def shapes(c):
    """Names and shapes of all parameters, in the order of the project's checkpoints."""
    found = {}

    def pair(name, *shape):
        found[f"{name}.weight"], found[f"{name}.bias"] = shape, shape[:1]

    def block(name, width):
        pair(f"{name}.dwconv", width, 1, 3, 3)
        pair(f"{name}.norm", width)
        pair(f"{name}.pwconv1", 4 * width, width)
        found[f"{name}.grn.gamma"] = found[f"{name}.grn.beta"] = (4 * width,)
        pair(f"{name}.pwconv2", width, 4 * width)

    def deformable(name):
        samples = c["num_heads"] * 4 * c["num_points"]
        pair(f"{name}.sampling_offsets", 2 * samples, D)
        pair(f"{name}.attention_weights", samples, D)
        pair(f"{name}.value_proj", D, D)
        pair(f"{name}.output_proj", D, D)

    def feed_forward(name, norm):
        pair(f"{name}.linear1", c["ffn_ratio"] * D, D)
        pair(f"{name}.linear2", D, c["ffn_ratio"] * D)
        pair(f"{name}.{norm}", D)

    D, dense = c["hidden_dim"], c["dense_head"]
    widths = dense["widths"]
    pair("dense_head.stem", widths[0], c["in_channels"], 3, 3)
    for level, width in enumerate(widths):
        if level > 0:
            pair(f"dense_head.down.{level}", width, widths[level - 1], 3, 3)
        for index in range(dense["depths"][level]):
            block(f"dense_head.encoder.{level}.{index}", width)
    for level in reversed(range(len(widths) - 1)):
        pair(f"dense_head.up.{level}", widths[level], widths[level + 1])
        for index in range(dense["up_depths"][level]):
            block(f"dense_head.decoder.{level}.{index}", widths[level])
    pair("dense_head.out", 5, widths[0])

    found["level_embed"] = (4, D)
    stride, base = c["stem_stride"], c["base_width"]
    pair("backbone.stem.conv", base, c["in_channels"] + widths[0] + 5, stride, stride)
    pair("backbone.stem.norm", base)
    for stage, depth in enumerate(c["depths"]):
        width = base * 2 ** stage
        if stage > 0:
            pair(f"backbone.stages.{stage}.down", width, width // 2, 3, 3)
        for index in range(depth):
            block(f"backbone.stages.{stage}.blocks.{index}", width)
    for level in range(4):
        pair(f"backbone.adapters.{level}.proj", D, base * 2 ** level)
        pair(f"backbone.adapters.{level}.norm", D)
    for index in range(c["num_encoder_layers"]):
        deformable(f"encoder.{index}.self_attn")
        pair(f"encoder.{index}.norm1", D)
        feed_forward(f"encoder.{index}", "norm2")
    pair("proposal_embed.position", D, D)
    pair("proposal_embed.content.0", D, EVIDENCE)
    pair("proposal_embed.content.1", D, D)
    for index in range(c["num_decoder_layers"]):
        layer = f"decoder.{index}"
        found[f"{layer}.self_attn.in_proj_weight"], found[f"{layer}.self_attn.in_proj_bias"] = (3 * D, D), (3 * D,)
        pair(f"{layer}.self_attn.out_proj", D, D)
        pair(f"{layer}.norm1", D)
        deformable(f"{layer}.cross_attn")
        pair(f"{layer}.norm2", D)
        feed_forward(layer, "norm3")
    for head in range(c["num_decoder_layers"]):
        pair(f"class_embed.{head}", c["num_classes"], D)
    for head in range(c["num_decoder_layers"]):
        pair(f"bbox_embed.{head}.layers.0", D, D)
        pair(f"bbox_embed.{head}.layers.1", D, D)
        pair(f"bbox_embed.{head}.layers.2", 4, D)
    return found


def drawn(name, shape):
    """Nothing is zero, so that no path of the gradient is dead; scales of a trained network's order."""
    noise = torch.randn(shape)
    if "norm" in name and name.endswith("weight"):
        return 1 + 0.2 * noise
    fan_in = noise[0].numel() if len(shape) > 1 else 16
    return noise / fan_in ** 0.5


def numbers(x):
    return {"shape": list(x.shape), "data": [float("%.9g" % v) for v in x.detach().reshape(-1).tolist()]}


def draw():
    """-> weights by name, and everything else that is given, as it stands in the JSON."""
    torch.manual_seed(14)
    weights = {name: drawn(name, shape) for name, shape in shapes(CONFIG).items()}
    rows, columns = (max(size[axis] for size in SHEETS) for axis in (0, 1))
    cells = torch.rand(2, rows, columns, 43) < 0.3
    for b, (h, w) in enumerate(SHEETS):
        cells[b, h:] = cells[b, :, w:] = False
    targets = []
    for (h, w), tables in zip(SHEETS, TABLES):
        boxes = [((x1 + x2) / 2 / w, (y1 + y2) / 2 / h, (x2 - x1) / w, (y2 - y1) / h) for y1, x1, y2, x2 in tables]
        targets.append(numbers(torch.tensor(boxes)))
    low = torch.rand(2, 5, 2) * 0.5
    high = low + 0.15 + torch.rand(2, 5, 2) * (0.85 - low)
    proposals = torch.cat([(low + high) / 2, high - low], -1)
    evidence = torch.rand(2, 5, EVIDENCE)
    # A query without a proposal begins with the whole sheet.
    proposals[1, 4] = torch.tensor([0.5, 0.5, 1, 1])
    evidence[1, 4] = 0
    given = {
        "config": CONFIG,
        "sheets": SHEETS,
        # [B, H, W, 43] of the largest sheet's rows and columns
        "input_shape": list(cells.shape),
        "input_nonzero": cells.reshape(-1).nonzero().flatten().tolist(),
        "targets": targets,
        "proposals": numbers(proposals),
        "evidence": numbers(evidence),
    }
    return weights, given


def tensor(numbers):
    """What `numbers` wrote, as float64."""
    return torch.tensor(numbers["data"], dtype=torch.float32).double().view(numbers["shape"])


def network(config, weights):
    """The network with these weights, in float64; dropout is none of its matters."""
    head = DenseHeadConfig(**{name: value for name, value in config["dense_head"].items() if name != "dropout"})
    rest = {name: value for name, value in config.items() if name not in ("dropout", "dense_head")}
    model = TableDetector(DetectorConfig(**rest, dense_head=head)).double()
    model.load_state_dict(weights)
    return model


def answers(weights, given):
    """What the twin says of it all."""
    config, sheets = given["config"], given["sheets"]
    cells = torch.zeros(given["input_shape"], dtype=torch.float64)
    cells.view(-1)[given["input_nonzero"]] = 1
    mask = torch.zeros(cells.shape[:3], dtype=torch.bool)
    for b, (h, w) in enumerate(sheets):
        mask[b, :h, :w] = True
    targets = [tensor(truth) for truth in given["targets"]]
    proposals, evidence = tensor(given["proposals"]), tensor(given["evidence"])
    model = network(config, weights)
    own_names = dict(model.named_parameters())
    parameters = {name: own_names[name] for name in weights}
    optimiser = torch.optim.AdamW(parameters.values(), lr=LR, weight_decay=WEIGHT_DECAY)

    def step():
        optimiser.zero_grad(set_to_none=True)
        output = model(cells, mask, proposals, evidence)
        dense, layers = output.dense, list(zip(output.logits, output.boxes))
        own = dense_loss(dense, sheets, targets)
        rest, parts = detection_loss(layers, targets)
        (own + rest).backward()
        loss = {"total": own + rest, "dense": own, "detection": rest, **parts}
        return dense, layers, {name: value.item() for name, value in loss.items()}

    dense, layers, loss = step()
    result = {
        "position": numbers(box_position(proposals, config["hidden_dim"])),
        # of each sheet's own cells: [rows, columns, 5]
        "dense_logits": [numbers(dense[b, :, :h, :w].permute(1, 2, 0)) for b, (h, w) in enumerate(sheets)],
        "logits": [numbers(logits) for logits, _ in layers],
        "boxes": [numbers(boxes) for _, boxes in layers],
        "loss": loss,
        "dense_grads": {name: numbers(p.grad) for name, p in parameters.items() if name.startswith("dense_head.")},
        "grad_norms": {name: p.grad.norm().item() for name, p in parameters.items()},
    }
    steps = []
    for _ in range(STEPS):
        *_, loss = step()
        norm = torch.nn.utils.clip_grad_norm_(parameters.values(), MAX_NORM)
        steps.append({"loss": loss["total"], "dense": loss["dense"], "total_norm": norm.item()})
        optimiser.step()
    result["trajectory"] = {"lr": LR, "weight_decay": WEIGHT_DECAY, "max_norm": MAX_NORM, "steps": steps}
    return result


def main():
    json_path, weights_path = (os.path.join(GOLDEN, f"dense_model.{suffix}") for suffix in ("json", "pt"))
    if "--check" in sys.argv:
        with open(json_path) as file:
            print(json.dumps(answers(torch.load(weights_path), json.load(file))))
        return
    weights, given = draw()
    torch.save(weights, weights_path)
    golden = {**given, **answers(weights, given)}
    with open(json_path, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
    print(golden["loss"], [round(s["loss"], 4) for s in golden["trajectory"]["steps"]])


if __name__ == "__main__":
    main()
