"""The detector with a dense head once more, in PyTorch: what tests/model/dense-golden.test.ts is compared with.

Written from the papers and the project's contracts, with PyTorch's own operations throughout. Weights are a dictionary
under the names of the project's checkpoints. `dense_golden.py` runs it.

Letters: B sheets, C channels, H x W cells of the padded map, Q queries, D hidden size, M heads, P points, L levels.
"""
import math

import torch
import torch.nn.functional as F

LEVELS = 4


class Part:
    """A module's weights: `part("norm.weight")` is one of them, `part / "norm"` a submodule."""

    def __init__(self, weights, path=""):
        self.weights, self.path = weights, path

    def __truediv__(self, name):
        return Part(self.weights, f"{self.path}{name}.")

    def __call__(self, name):
        return self.weights[self.path + name]

    def linear(self, x):
        return F.linear(x, self("weight"), self("bias"))

    def conv(self, x, **options):
        return F.conv2d(x, self("weight"), self("bias"), **options)

    def norm(self, x, eps):
        return F.layer_norm(x, x.shape[-1:], self("weight"), self("bias"), eps)


def channels_last(x):
    return x.permute(0, 2, 3, 1)


def channels_first(x):
    return x.permute(0, 3, 1, 2)


# ---- ConvNeXt V2 (arXiv 2301.00808)

def response_norm(part, x, mask):
    """GRN of x [B, h, w, C]; only places of the mask [B, 1, h, w] count in the norm of a channel."""
    energy = torch.where(channels_last(mask) > 0, x, torch.zeros_like(x)).pow(2).flatten(1, 2).sum(1)
    size = (energy + 1e-6).sqrt()[:, None, None]
    response = size / (size.mean(-1, keepdim=True) + 1e-6)
    return x + part("gamma") * x * response + part("beta")


def block(part, x, mask):
    """x [B, C, h, w] -> the same shape, zero where the mask is."""
    wide = channels_last((part / "dwconv").conv(x, padding=1, groups=x.shape[1]))
    wide = F.gelu((part / "pwconv1").linear((part / "norm").norm(wide, 1e-6)))
    wide = response_norm(part / "grn", wide, mask)
    return (x + channels_first((part / "pwconv2").linear(wide))) * mask


# ---- the dense head: a U-Net (arXiv 1505.04597)

def dense_head(part, cells, mask, shape):
    """cells [B, 43, H, W], mask [B, 1, H, W] -> features [B, C, H, W] and logits [B, 5, H, W]."""
    widths, depths, up_depths = shape["widths"], shape["depths"], shape["up_depths"]
    x = (part / "stem").conv(cells, padding=1) * mask
    masks, skips = [mask], []
    for level in range(len(widths)):
        if level > 0:
            masks.append(masks[-1][:, :, ::2, ::2])
            x = (part / "down" / level).conv(x, stride=2, padding=1) * masks[level]
        for index in range(depths[level]):
            x = block(part / "encoder" / level / index, x, masks[level])
        skips.append(x)
    for level in reversed(range(len(widths) - 1)):
        narrow = channels_first((part / "up" / level).linear(channels_last(x)))
        rows, columns = skips[level].shape[2:]
        wide = F.interpolate(narrow, scale_factor=2, mode="nearest")[:, :, :rows, :columns]
        x = (skips[level] + wide) * masks[level]
        for index in range(up_depths[level]):
            x = block(part / "decoder" / level / index, x, masks[level])
    return x, channels_first((part / "out").linear(channels_last(x)))


# ---- the backbone

def backbone(part, cells, mask, config):
    """-> four maps [B, h, w, D] and their masks [B, 1, h, w]."""
    stride = config["stem_stride"]
    x = (part / "stem" / "conv").conv(cells, stride=stride)
    mask = mask[:, :, ::stride, ::stride]
    x = channels_first((part / "stem" / "norm").norm(channels_last(x), 1e-6)) * mask
    maps, masks = [], []
    for level, depth in enumerate(config["depths"]):
        stage, adapter = part / "stages" / level, part / "adapters" / level
        if level > 0:
            mask = mask[:, :, ::2, ::2]
            x = (stage / "down").conv(x, stride=2, padding=1) * mask
        for index in range(depth):
            x = block(stage / "blocks" / index, x, mask)
        maps.append((adapter / "norm").norm((adapter / "proj").linear(channels_last(x)), 1e-6))
        masks.append(mask)
    return maps, masks


# ---- positions (arXiv 2005.12872)

def sine_code(angle, size):
    """angle [...] in 0 ... 2 pi -> [..., size]: sin and cos in turn, each pair at a frequency of its own."""
    pair = torch.arange(size // 2, dtype=angle.dtype)
    phase = angle[..., None] / 10_000 ** (2 * pair / size)
    return torch.stack([phase.sin(), phase.cos()], -1).flatten(-2)


def token_position(mask, dim):
    """mask [B, 1, h, w] -> [B, h * w, dim]: the row's code, then the column's, by the centres of valid places."""
    codes = []
    for axis in (1, 2):
        count = mask[:, 0].cumsum(axis)
        total = count.narrow(axis, -1, 1)
        codes.append(sine_code((count - 0.5) / (total + 1e-6) * 2 * math.pi, dim // 2))
    return torch.cat(codes, -1).flatten(1, 2)


def box_position(boxes, dim):
    """[B, Q, 4] -> [B, Q, dim]: the codes of cx, cy, w and h, one after the other."""
    return sine_code(boxes * 2 * math.pi, dim // 4).flatten(-2)


# ---- Deformable DETR (arXiv 2010.04159)

def deformable(part, query, where, source, outside, sizes, config):
    """where(offsets) -> places [B, Q, M, L, P, 2] as fractions of each level, (x, y). outside [B, S] bool."""
    B, Q, D = query.shape
    M, P = config["num_heads"], config["num_points"]
    value = (part / "value_proj").linear(source).masked_fill(outside[..., None], 0.0)
    offsets = (part / "sampling_offsets").linear(query).view(B, Q, M, LEVELS, P, 2)
    weight = (part / "attention_weights").linear(query).view(B, Q, M, LEVELS * P).softmax(-1)
    weight = weight.view(B, Q, M, LEVELS, P)
    grid = 2 * where(offsets) - 1
    start, read = 0, 0.0
    for level, (h, w) in enumerate(sizes):
        tokens = value[:, start:start + h * w].view(B, h, w, M, D // M)
        start += h * w
        heads = tokens.permute(0, 3, 4, 1, 2).flatten(0, 1)
        places = grid[:, :, :, level].transpose(1, 2).flatten(0, 1)
        seen = F.grid_sample(heads, places, mode="bilinear", padding_mode="zeros", align_corners=False)
        seen = seen.view(B, M, D // M, Q, P)
        read = read + torch.einsum("bmdqp,bqmp->bqmd", seen, weight[:, :, :, level])
    return (part / "output_proj").linear(read.flatten(-2))


def self_attention(part, query, value, heads):
    B, Q, D = query.shape
    projections = zip(part("in_proj_weight").chunk(3), part("in_proj_bias").chunk(3), (query, query, value))
    q, k, v = (F.linear(x, w, b).view(B, Q, heads, D // heads).transpose(1, 2) for w, b, x in projections)
    weight = (q @ k.transpose(-1, -2) / math.sqrt(D / heads)).softmax(-1)
    return (part / "out_proj").linear((weight @ v).transpose(1, 2).flatten(-2))


def feed_forward(part, x, last_norm):
    return (part / last_norm).norm(x + (part / "linear2").linear(F.relu((part / "linear1").linear(x))), 1e-5)


def inverse_sigmoid(x):
    x = x.clamp(0, 1)
    return x.clamp(min=1e-5).log() - (1 - x).clamp(min=1e-5).log()


def detector(weights, cells, mask, boxes, evidence, config):
    """
    cells [B, 43, H, W] and mask [B, 1, H, W] of the largest sheet's size; boxes [B, Q, 4] cxcywh and evidence [B, Q, E]
    of each query's proposal. -> dense logits [B, 5, H, W], position [B, Q, D], and per decoder layer logits [B, Q, K]
    and boxes [B, Q, 4].
    """
    root = Part(weights)
    D, M, P = config["hidden_dim"], config["num_heads"], config["num_points"]
    features, dense = dense_head(root / "dense_head", cells, mask, config["dense_head"])

    # What the dense head found is data to the rest of the network.
    known = torch.cat([cells, features.detach(), dense.detach().sigmoid()], 1) * mask
    pad = (0, -cells.shape[3] % config["stem_stride"], 0, -cells.shape[2] % config["stem_stride"])
    maps, masks = backbone(root / "backbone", F.pad(known, pad), F.pad(mask, pad), config)
    sizes = [tuple(m.shape[1:3]) for m in maps]
    source = torch.cat([m.flatten(1, 2) for m in maps], 1)
    outside = torch.cat([m.flatten(1) for m in masks], 1) == 0
    embed = weights["level_embed"]
    position = torch.cat([token_position(m, D) + embed[level] for level, m in enumerate(masks)], 1)
    # Rows and columns of each sheet on each level: [B, L] each.
    rows = torch.stack([m[:, 0, :, 0].sum(1) for m in masks], 1)
    columns = torch.stack([m[:, 0, 0].sum(1) for m in masks], 1)
    size = torch.tensor(sizes, dtype=rows.dtype)
    share = torch.stack([columns / size[:, 1], rows / size[:, 0]], -1)

    centres = []
    for level, (h, w) in enumerate(sizes):
        y, x = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
        of_sheet = torch.stack([x / columns[:, level, None, None], y / rows[:, level, None, None]], -1)
        centres.append(of_sheet.flatten(1, 2))
    centres = torch.cat(centres, 1)[:, :, None, None, None] * share[:, None, None, :, None]
    for index in range(config["num_encoder_layers"]):
        part = root / "encoder" / index
        read = deformable(part / "self_attn", source + position, lambda o: centres + o / size.flip(-1)[:, None],
                          source, outside, sizes, config)
        source = feed_forward(part, (part / "norm1").norm(source + read, 1e-5), "norm2")

    proposal = root / "proposal_embed"
    code = box_position(boxes, D)
    query = (proposal / "position").linear(code)
    target = (proposal / "content" / 1).linear(F.relu((proposal / "content" / 0).linear(evidence)))
    layers, box = [], boxes
    for index in range(config["num_decoder_layers"]):
        part, head = root / "decoder" / index, index if config["box_refine"] else 0
        mixed = self_attention(part / "self_attn", target + query, target, M)
        target = (part / "norm1").norm(target + mixed, 1e-5)
        on_level = box[:, :, None, None, None] * torch.cat([share, share], -1)[:, None, None, :, None]
        read = deformable(part / "cross_attn", target + query,
                          lambda o: on_level[..., :2] + o / P * on_level[..., 2:] / 2, source, outside, sizes, config)
        target = feed_forward(part, (part / "norm2").norm(target + read, 1e-5), "norm3")
        mlp = root / "bbox_embed" / head / "layers"
        change = (mlp / 2).linear(F.relu((mlp / 1).linear(F.relu((mlp / 0).linear(target)))))
        refined = (change + inverse_sigmoid(box)).sigmoid()
        layers.append(((root / "class_embed" / head).linear(target), refined))
        if config["box_refine"]:
            box = refined.detach()
    return dense, code, layers
