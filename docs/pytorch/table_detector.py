"""The table detector in PyTorch: loads the weights of this project and gives the same tables.

    from table_detector import TableDetector, read_cells
    model = TableDetector.from_file("core/pretrained/table-detector.safetensors")
    for table in model.find_tables(read_cells("sheet.safetensors")):
        print(table.range, round(table.score, 2))

It reads `.safetensors` exports and `.pt` checkpoints, and builds the network that they describe: learned queries
(configs/minimal.yaml, configs/full.yaml) or a dense head with proposals (configs/small.yaml and the shipped weights).
Names and layouts of all parameters are those of the checkpoints. Everything is differentiable except the proposals,
which are data to the decoder, as in the project.

Needs PyTorch 1.13 or newer and nothing else. The network sees a whole sheet: `core/detection/` shortens and tiles large
sheets before it, and this file does not.

Letters: B sheets, H x W cells of the padded grid, C channels, Q queries, K classes, D hidden size, S tokens of all L = 4
levels, M heads, P points, E numbers of evidence. Boxes are cxcywh in 0 ... 1 of the sheet's own width and height. Boxes
of cells are (x1, y1, x2, y2): columns x1 ... x2 - 1 and rows y1 ... y2 - 1, from 0.
"""
import json
import math
from dataclasses import dataclass, field
from typing import List, NamedTuple, Optional

import torch
import torch.nn.functional as F
from torch import nn

LEVELS = 4
MAPS = ("inside", "left", "top", "right", "bottom")
SIDES = ("left", "top", "right", "bottom")
# The length of EVIDENCE in core/proposals/evidence.ts.
EVIDENCE = 69


@dataclass
class DenseHeadConfig:
    """The dense head: a U-Net with 1 / 2^l of the rows and columns on level l."""

    widths: List[int]
    depths: List[int]
    up_depths: List[int]
    only: bool = False  # True: there is no decoder, and the proposals are the tables


@dataclass
class DetectorConfig:
    """The shape of a network; the defaults are those of configs/minimal.yaml."""

    in_channels: int = 43
    stem_stride: int = 4
    base_width: int = 32
    depths: List[int] = field(default_factory=lambda: [2, 2, 4, 2])
    use_grn: bool = True
    hidden_dim: int = 128
    num_heads: int = 8
    num_points: int = 4
    num_encoder_layers: int = 2
    num_decoder_layers: int = 2
    num_queries: int = 10
    ffn_ratio: int = 4
    box_refine: bool = True
    num_classes: int = 1
    scores_fit: bool = False  # True: a score says how well its proposal fits, and the best set of proposals counts
    dense_head: Optional[DenseHeadConfig] = None

    @staticmethod
    def of_model(model):
        """From section `model` of a configuration, as checkpoints keep it."""
        backbone, detr, dense = model["backbone"], model["detr"], model.get("dense_head") or {}
        head = None
        if dense.get("enabled"):
            head = DenseHeadConfig(dense["widths"], dense["depths"], dense["up_depths"], dense.get("only", False))
        own = {name: backbone[name] for name in ("stem_stride", "base_width", "depths", "use_grn")}
        for name in ("hidden_dim", "num_heads", "num_points", "num_encoder_layers", "num_decoder_layers",
                     "num_queries", "ffn_ratio", "box_refine"):
            own[name] = detr[name]
        # The 43 channels of a cell, or these and 32 hints.
        channels = 75 if model.get("features") == "tablesense43_hints" else 43
        fit = head is not None and detr.get("scores") == "fit"
        return DetectorConfig(**own, in_channels=channels, scores_fit=fit, dense_head=head)


# ---- the backbone: ConvNeXt V2 (arXiv 2301.00808)

def channels_last(x):
    return x.permute(0, 2, 3, 1)


def channels_first(x):
    return x.permute(0, 3, 1, 2)


class GRN(nn.Module):
    """Global response normalisation of x [B, h, w, C]; only places of the mask [B, 1, h, w] count."""

    def __init__(self, width):
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(width))
        self.beta = nn.Parameter(torch.zeros(width))

    def forward(self, x, mask):
        energy = (x * channels_last(mask)).pow(2).sum((1, 2), keepdim=True)
        size = (energy + 1e-6).sqrt()
        return x + self.gamma * x * (size / (size.mean(-1, keepdim=True) + 1e-6)) + self.beta


class Block(nn.Module):
    """x [B, C, h, w] -> the same shape, zero where the mask is."""

    def __init__(self, width, use_grn=True):
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.pwconv1 = nn.Linear(width, 4 * width)
        if use_grn:
            self.grn = GRN(4 * width)
        self.pwconv2 = nn.Linear(4 * width, width)

    def forward(self, x, mask):
        wide = F.gelu(self.pwconv1(self.norm(channels_last(self.dwconv(x)))))
        if hasattr(self, "grn"):
            wide = self.grn(wide, mask)
        return (x + channels_first(self.pwconv2(wide))) * mask


def blocks(width, count, use_grn=True):
    return nn.ModuleList(Block(width, use_grn) for _ in range(count))


class Backbone(nn.Module):
    """cells [B, C, H, W] and mask [B, 1, H, W] -> four maps [B, h, w, D] and their masks [B, 1, h, w]."""

    def __init__(self, config, channels):
        super().__init__()
        self.stride = config.stem_stride
        self.stem = nn.Module()
        self.stem.conv = nn.Conv2d(channels, config.base_width, self.stride, stride=self.stride)
        self.stem.norm = nn.LayerNorm(config.base_width, eps=1e-6)
        self.stages, self.adapters = nn.ModuleList(), nn.ModuleList()
        for level, depth in enumerate(config.depths):
            width = config.base_width * 2 ** level
            stage, adapter = nn.Module(), nn.Module()
            if level > 0:
                stage.down = nn.Conv2d(width // 2, width, 3, stride=2, padding=1)
            stage.blocks = blocks(width, depth, config.use_grn)
            adapter.proj = nn.Linear(width, config.hidden_dim)
            adapter.norm = nn.LayerNorm(config.hidden_dim, eps=1e-6)
            self.stages.append(stage)
            self.adapters.append(adapter)

    def forward(self, cells, mask):
        pad = (0, -cells.shape[3] % self.stride, 0, -cells.shape[2] % self.stride)
        x = self.stem.conv(F.pad(cells * mask, pad))
        mask = F.pad(mask, pad)[:, :, ::self.stride, ::self.stride]
        x = channels_first(self.stem.norm(channels_last(x))) * mask
        maps, masks = [], []
        for level, (stage, adapter) in enumerate(zip(self.stages, self.adapters)):
            if level > 0:
                mask = mask[:, :, ::2, ::2]
                x = stage.down(x) * mask
            for block in stage.blocks:
                x = block(x, mask)
            maps.append(adapter.norm(adapter.proj(channels_last(x))))
            masks.append(mask)
        return maps, masks


# ---- the dense head: a U-Net (arXiv 1505.04597)

class DenseHead(nn.Module):
    """cells [B, C, H, W] and mask [B, 1, H, W] -> features [B, widths[0], H, W] and logits [B, 5, H, W] of MAPS."""

    def __init__(self, config, channels):
        super().__init__()
        widths, inner = config.widths, range(len(config.widths) - 1)
        self.stem = nn.Conv2d(channels, widths[0], 3, padding=1)
        self.down = nn.ModuleDict(
            {str(level + 1): nn.Conv2d(widths[level], widths[level + 1], 3, stride=2, padding=1) for level in inner})
        self.encoder = nn.ModuleList(blocks(width, depth) for width, depth in zip(widths, config.depths))
        self.up = nn.ModuleList(nn.Linear(widths[level + 1], widths[level]) for level in inner)
        self.decoder = nn.ModuleList(blocks(widths[level], config.up_depths[level]) for level in inner)
        self.out = nn.Linear(widths[0], len(MAPS))

    def forward(self, cells, mask):
        x, masks, skips = self.stem(cells) * mask, [mask], []
        for level, encoder in enumerate(self.encoder):
            if level > 0:
                masks.append(masks[-1][:, :, ::2, ::2])
                x = self.down[str(level)](x) * masks[level]
            for block in encoder:
                x = block(x, masks[level])
            skips.append(x)
        for level in reversed(range(len(self.up))):
            narrow = channels_first(self.up[level](channels_last(x)))
            rows, columns = skips[level].shape[2:]
            wide = F.interpolate(narrow, scale_factor=2, mode="nearest")[:, :, :rows, :columns]
            x = (skips[level] + wide) * masks[level]
            for block in self.decoder[level]:
                x = block(x, masks[level])
        return x, channels_first(self.out(channels_last(x)))


# ---- Deformable DETR (arXiv 2010.04159)

def sine_code(angle, size):
    """angle [...] in 0 ... 2 pi -> [..., size]: sin and cos in turn, each pair at a frequency of its own."""
    pair = torch.arange(size // 2, dtype=angle.dtype, device=angle.device)
    phase = angle[..., None] / 10_000 ** (2 * pair / size)
    return torch.stack([phase.sin(), phase.cos()], -1).flatten(-2)


def token_position(mask, dim):
    """mask [B, 1, h, w] -> [B, h * w, dim]: the row's code, then the column's; valid places count."""
    codes = []
    for axis in (1, 2):
        count = mask[:, 0].cumsum(axis)
        total = count.narrow(axis, -1, 1)
        codes.append(sine_code((count - 0.5) / (total + 1e-6) * 2 * math.pi, dim // 2))
    return torch.cat(codes, -1).flatten(1, 2)


def box_position(boxes, dim):
    """[B, Q, 4] -> [B, Q, dim]: the codes of cx, cy, w and h, one after the other."""
    return sine_code(boxes * 2 * math.pi, dim // 4).flatten(-2)


class Source(NamedTuple):
    """What the attention reads: tokens of all levels."""

    outside: torch.Tensor  # [B, S] bool: padding
    sizes: list  # (h, w) of each level
    share: torch.Tensor  # [B, L, 2]: the valid share of each level's width and height


class DeformableAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        D, self.heads, self.points = config.hidden_dim, config.num_heads, config.num_points
        samples = self.heads * LEVELS * self.points
        self.sampling_offsets = nn.Linear(D, 2 * samples)
        self.attention_weights = nn.Linear(D, samples)
        self.value_proj = nn.Linear(D, D)
        self.output_proj = nn.Linear(D, D)

    def forward(self, query, reference, tokens, source):
        """query [B, Q, D]; reference [B, Q, L, 2 | 4], points or boxes in fractions of each level; tokens [B, S, D]."""
        (B, Q, D), M, P = query.shape, self.heads, self.points
        value = self.value_proj(tokens).masked_fill(source.outside[..., None], 0.0)
        offsets = self.sampling_offsets(query).view(B, Q, M, LEVELS, P, 2)
        weight = self.attention_weights(query).view(B, Q, M, LEVELS * P).softmax(-1).view(B, Q, M, LEVELS, P)
        reference = reference[:, :, None, :, None]
        if reference.shape[-1] == 2:
            size = torch.tensor([(w, h) for h, w in source.sizes], dtype=query.dtype, device=query.device)
            places = reference + offsets / size[:, None]
        else:
            places = reference[..., :2] + offsets / P * reference[..., 2:] / 2
        start, read = 0, 0.0
        for level, (h, w) in enumerate(source.sizes):
            part = value[:, start:start + h * w].view(B, h, w, M, D // M)
            start += h * w
            heads = part.permute(0, 3, 4, 1, 2).flatten(0, 1)
            grid = 2 * places[:, :, :, level].transpose(1, 2).flatten(0, 1) - 1
            seen = F.grid_sample(heads, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
            read = read + torch.einsum("bmdqp,bqmp->bqmd", seen.view(B, M, D // M, Q, P), weight[:, :, :, level])
        return self.output_proj(read.flatten(-2))


class EncoderLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        D, wide = config.hidden_dim, config.ffn_ratio * config.hidden_dim
        self.self_attn = DeformableAttention(config)
        self.norm1 = nn.LayerNorm(D)
        self.linear1, self.linear2 = nn.Linear(D, wide), nn.Linear(wide, D)
        self.norm2 = nn.LayerNorm(D)

    def forward(self, tokens, position, reference, source):
        tokens = self.norm1(tokens + self.self_attn(tokens + position, reference, tokens, source))
        return self.norm2(tokens + self.linear2(F.relu(self.linear1(tokens))))


class DecoderLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        D, wide = config.hidden_dim, config.ffn_ratio * config.hidden_dim
        self.self_attn = nn.MultiheadAttention(D, config.num_heads, batch_first=True)
        self.norm1 = nn.LayerNorm(D)
        self.cross_attn = DeformableAttention(config)
        self.norm2 = nn.LayerNorm(D)
        self.linear1, self.linear2 = nn.Linear(D, wide), nn.Linear(wide, D)
        self.norm3 = nn.LayerNorm(D)

    def forward(self, target, position, reference, tokens, source):
        query = target + position
        target = self.norm1(target + self.self_attn(query, query, target, need_weights=False)[0])
        target = self.norm2(target + self.cross_attn(target + position, reference, tokens, source))
        return self.norm3(target + self.linear2(F.relu(self.linear1(target))))


class BoxHead(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, 4)])

    def forward(self, x):
        return self.layers[2](F.relu(self.layers[1](F.relu(self.layers[0](x)))))


class ProposalEmbed(nn.Module):
    """Starts a query from a box [B, Q, 4] and its evidence [B, Q, E]: position and content, [B, Q, D] each."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim
        self.position = nn.Linear(dim, dim)
        self.content = nn.ModuleList([nn.Linear(EVIDENCE, dim), nn.Linear(dim, dim)])

    def forward(self, boxes, evidence):
        return self.position(box_position(boxes, self.dim)), self.content[1](F.relu(self.content[0](evidence)))


def inverse_sigmoid(x):
    x = x.clamp(0, 1)
    return x.clamp(min=1e-5).log() - (1 - x).clamp(min=1e-5).log()


class Output(NamedTuple):
    logits: list  # per decoder layer [B, Q, K]
    boxes: list  # per decoder layer [B, Q, 4]
    dense: Optional[torch.Tensor]  # [B, 5, H, W]: the logits of MAPS; None without a dense head
    proposals: Optional[list]  # per sheet its proposals, best first; None without a dense head


class Table(NamedTuple):
    """Rows and columns count from 1 and include both ends."""

    top: int
    left: int
    bottom: int
    right: int
    score: float

    @property
    def range(self):
        return f"{column_name(self.left)}{self.top}:{column_name(self.right)}{self.bottom}"


class TableDetector(nn.Module):
    """Build it with `from_file`, or with a configuration and `load_state_dict`."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.score_threshold = 0.5
        D, channels = config.hidden_dim, config.in_channels
        if config.dense_head:
            self.dense_head = DenseHead(config.dense_head, channels)
            channels += config.dense_head.widths[0] + len(MAPS)
            if config.dense_head.only:
                return
        self.level_embed = nn.Parameter(torch.randn(LEVELS, D))
        self.backbone = Backbone(config, channels)
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.num_encoder_layers))
        if config.dense_head:
            self.proposal_embed = ProposalEmbed(D)
        else:
            self.query_embed = nn.Embedding(config.num_queries, 2 * D)
            self.reference_points = nn.Linear(D, 2)
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.num_decoder_layers))
        heads = config.num_decoder_layers if config.box_refine else 1
        self.class_embed = nn.ModuleList(nn.Linear(D, config.num_classes) for _ in range(heads))
        self.bbox_embed = nn.ModuleList(BoxHead(D) for _ in range(heads))

    @staticmethod
    def from_file(path):
        """The network of a `.safetensors` export or a `.pt` checkpoint with its weights, in evaluation mode.

        A running average of the weights is taken where the file has one, as `predict` does.
        """
        state, model, evaluation, metrics = read_weights(path)
        detector = TableDetector(DetectorConfig.of_model(model))
        detector.load_state_dict(state)
        threshold = (evaluation or {}).get("score_threshold", 0.5)
        if threshold == "auto":
            threshold = (metrics or {}).get("score_threshold")
        detector.score_threshold = 0.5 if threshold is None else threshold
        return detector.eval()

    def forward(self, cells, mask=None, proposals=None, evidence=None):
        """cells [B, H, W, C or more] of the largest sheet's size, mask [B, H, W] true inside of each sheet -> Output.

        With a dense head, the proposals of its maps are computed unless boxes [B, Q, 4] and evidence [B, Q, E] are
        given. Sheets that are padded into a batch give the same as alone.
        """
        config = self.config
        cells = cells[..., :config.in_channels]
        mask = torch.ones(cells.shape[:3], dtype=torch.bool, device=cells.device) if mask is None else mask
        valid = mask[:, None].to(cells.dtype)
        seen = cells.permute(0, 3, 1, 2) * valid
        dense = found = None
        if config.dense_head:
            features, dense = self.dense_head(seen, valid)
            if proposals is None:
                found, proposals, evidence = self.propose(dense, cells, mask)
            if config.dense_head.only:
                return Output([], [], dense, found)
            # What the dense head found is data to the rest of the network.
            seen = torch.cat([seen, features.detach(), dense.detach().sigmoid()], 1) * valid
        tokens, source, masks = self.encode(seen, valid)
        if config.dense_head:
            position, target = self.proposal_embed(proposals, evidence)
            box = proposals
        else:
            both = self.query_embed.weight[None].expand(len(cells), -1, -1)
            position, target = both.split(config.hidden_dim, -1)
            box = self.reference_points(position).sigmoid()
        logits, boxes = [], []
        for index, layer in enumerate(self.decoder):
            share = source.share if box.shape[-1] == 2 else torch.cat([source.share, source.share], -1)
            target = layer(target, position, box[:, :, None] * share[:, None], tokens, source)
            head = index if config.box_refine else 0
            # A reference point has no size yet: the head gives it from nothing.
            start = F.pad(inverse_sigmoid(box), (0, 4 - box.shape[-1]))
            refined = (self.bbox_embed[head](target) + start).sigmoid()
            logits.append(self.class_embed[head](target))
            boxes.append(refined)
            if config.box_refine:
                box = refined.detach()
        return Output(logits, boxes, dense, found)

    def encode(self, cells, valid):
        """cells [B, C, H, W], valid [B, 1, H, W] -> tokens [B, S, D] after the encoder, their Source and masks."""
        maps, masks = self.backbone(cells, valid)
        sizes = [tuple(m.shape[1:3]) for m in maps]
        tokens = torch.cat([m.flatten(1, 2) for m in maps], 1)
        outside = torch.cat([m.flatten(1) for m in masks], 1) == 0
        codes = [token_position(m, self.config.hidden_dim) + self.level_embed[i] for i, m in enumerate(masks)]
        # Columns and rows of each sheet on each level: [B, L, 2].
        own = torch.stack([torch.stack([m[:, 0, 0].sum(1), m[:, 0, :, 0].sum(1)], -1) for m in masks], 1)
        share = own / torch.tensor([(w, h) for h, w in sizes], dtype=cells.dtype, device=cells.device)
        centres = []
        for level, (h, w) in enumerate(sizes):
            y, x = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
            place = torch.stack([x, y], -1).to(cells) / own[:, level, None, None]
            centres.append(place.flatten(1, 2))
        reference = torch.cat(centres, 1)[:, :, None] * share[:, None]
        source = Source(outside, sizes, share)
        for layer in self.encoder:
            tokens = layer(tokens, torch.cat(codes, 1), reference, source)
        return tokens, source, masks

    @torch.no_grad()
    def propose(self, dense, cells, mask):
        """-> the proposals of each sheet, their boxes [B, Q, 4] and evidence [B, Q, E]."""
        Q = self.config.num_queries
        boxes = torch.tensor([0.5, 0.5, 1.0, 1.0]).repeat(len(cells), Q, 1)
        evidence = torch.zeros(len(cells), Q, EVIDENCE)
        found = []
        for b in range(len(cells)):
            maps = DenseMaps.of_sheet(dense[b], cells[b], mask[b])
            found.append(propose(maps, Q))
            for q, box in enumerate(found[-1]):
                boxes[b, q] = torch.tensor(to_cxcywh(box, maps))
                evidence[b, q] = torch.tensor(evidence_of(box, q, found[-1], maps))
        return found, boxes.to(dense), evidence.to(dense)

    @torch.no_grad()
    def find_tables(self, cells, threshold=None):
        """cells [H, W, C or more] of one sheet -> its tables, best score first; `threshold` is the least score."""
        threshold = self.score_threshold if threshold is None else threshold
        height, width = cells.shape[:2]
        output = self(cells[None])
        scores = output.logits[-1][0].amax(-1).sigmoid().tolist() if output.logits else None
        places = [to_cells(box, height, width) for box in output.boxes[-1][0].tolist()] if output.boxes else None
        if output.dense is None:
            found = sorted(zip(scores, places), key=lambda each: -each[0])
        else:
            mask = torch.ones(cells.shape[:2], dtype=torch.bool, device=cells.device)
            maps = DenseMaps.of_sheet(output.dense[0], cells, mask)
            found = []
            for q, box in enumerate(output.proposals[0]):
                if places and not self.config.scores_fit:
                    box = settle(places[q], box, maps)
                found.append((scores[q] if scores else support(box, maps), box))
            if scores and self.config.scores_fit:
                found = best_set(without_titles(found, cells))
            else:
                found = select(found)
        tables = {}
        for score, (x1, y1, x2, y2) in found:
            if score >= threshold:
                tables.setdefault((y1 + 1, x1 + 1, y2, x2), score)
        # Scores that are equal with four digits say nothing about the order.
        found = [Table(*place, score) for place, score in tables.items()]
        return sorted(found, key=lambda table: (-math.floor(table.score * 1e4 + 0.5), table.top, table.left))


# ---- proposals: boxes of cells that may be tables, read off the maps of one sheet (core/proposals/)

class DenseMaps:
    """The probabilities of one sheet's maps and its cells with data, with fast means over rectangles."""

    def __init__(self, maps, data):
        """maps: name -> [H, W] of 0 ... 1; data [H, W] of 0 and 1."""
        self.height, self.width = data.shape
        self.inside, self.data = maps["inside"], data
        self.sums = {}
        for name, values in {**maps, "data": data}.items():
            sums = torch.zeros(self.height + 1, self.width + 1, dtype=torch.float64)
            sums[1:, 1:] = values.double().cumsum(1).cumsum(0)
            self.sums[name] = sums.tolist()

    @staticmethod
    def of_sheet(dense, cells, mask):
        """dense [5, H, W] logits, cells [H, W, C], mask [H, W] of the padded sheet."""
        height, width = int(mask[:, 0].sum()), int(mask[0].sum())
        # float64 and then float32, as the project rounds them.
        own = torch.sigmoid(dense[:, :height, :width].double()).float().cpu()
        return DenseMaps(dict(zip(MAPS, own)), (cells[:height, :width, 0] != 0).float().cpu())

    def mean(self, name, x1, y1, x2, y2):
        """Over columns x1 ... x2 - 1 and rows y1 ... y2 - 1; places off the sheet count as 0."""
        count = (x2 - x1) * (y2 - y1)
        left, top, right, bottom = max(0, x1), max(0, y1), min(self.width, x2), min(self.height, y2)
        if x2 <= x1 or y2 <= y1 or right <= left or bottom <= top:
            return 0.0
        sums = self.sums[name]
        return (sums[bottom][right] - sums[top][right] - sums[bottom][left] + sums[top][left]) / count


def area(box):
    x1, y1, x2, y2 = box
    return (x2 - x1) * (y2 - y1)


def intersection(a, b):
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return width * height if width > 0 and height > 0 else 0


def iou(a, b):
    common = intersection(a, b)
    return common / (area(a) + area(b) - common)


def support(box, maps):
    """The geometric mean of what the maps say of a box's inside and of its edges; the weakest edge counts double."""
    x1, y1, x2, y2 = box
    edges = [maps.mean("left", x1, y1, x1 + 1, y2), maps.mean("right", x2 - 1, y1, x2, y2),
             maps.mean("top", x1, y1, x2, y1 + 1), maps.mean("bottom", x1, y2 - 1, x2, y2)]
    both = (sum(edges) / 4 + min(edges)) / 2
    return math.sqrt(max(1e-4, both) * max(1e-4, maps.mean("inside", *box)))


def connected(is_open, maps, is_apart):
    """The boxes around connected cells of is_open [H, W] (nested lists, emptied), at least four cells large."""
    found = []
    for start_row in range(maps.height):
        for start_column in range(maps.width):
            if not is_open[start_row][start_column]:
                continue
            is_open[start_row][start_column] = False
            stack, x1, y1, x2, y2 = [(start_row, start_column)], maps.width, maps.height, 0, 0
            while stack:
                row, column = stack.pop()
                x1, y1, x2, y2 = min(x1, column), min(y1, row), max(x2, column + 1), max(y2, row + 1)
                for down in (-1, 0, 1):
                    for right in (-1, 0, 1):
                        r, c = row + down, column + right
                        if not (0 <= r < maps.height and 0 <= c < maps.width) or not is_open[r][c]:
                            continue
                        if is_apart(row, column, down, right):
                            continue
                        is_open[r][c] = False
                        stack.append((r, c))
            if (x2 - x1) * (y2 - y1) >= 4:
                found.append((x1, y1, x2, y2))
    return found


def inside_blocks(maps, threshold, cut):
    """Cells that are inside of a table; with `cut`, an edge between two cells separates them."""
    def is_apart(row, column, down, right):
        if not cut:
            return False
        if down and right:
            return True
        r, c = max(row, row + down), max(column, column + right)
        at = lambda name, y, x: maps.mean(name, x, y, x + 1, y + 1)
        if down:
            return at("top", r, column) + at("bottom", r - 1, column) > 1
        return at("left", row, c) + at("right", row, c - 1) > 1

    return connected((maps.inside.double() >= threshold).tolist(), maps, is_apart)


def data_blocks(maps):
    return connected((maps.data > 0).tolist(), maps, lambda *_: False)


def strongest(start, first, last, strength):
    """The place of the greatest strength; a step of one cell costs 0.01."""
    best, most = start, -math.inf
    for at in range(first, last + 1):
        value = strength(at) - 0.01 * abs(at - start)
        if value > most:
            best, most = at, value
    return best


def place_edges(box, maps, reach=3):
    """Moves each edge, in two rounds, to the strongest place of its map within reach, and cuts empty outer lines."""
    x1, y1, x2, y2 = box
    mean = maps.mean
    for _ in range(2):
        x1 = strongest(x1, max(0, x1 - reach), min(x1 + reach, x2 - 1), lambda x: mean("left", x, y1, x + 1, y2))
        x2 = strongest(x2, max(x1 + 1, x2 - reach), min(maps.width, x2 + reach),
                       lambda x: mean("right", x - 1, y1, x, y2))
        y1 = strongest(y1, max(0, y1 - reach), min(y1 + reach, y2 - 1), lambda y: mean("top", x1, y, x2, y + 1))
        y2 = strongest(y2, max(y1 + 1, y2 - reach), min(maps.height, y2 + reach),
                       lambda y: mean("bottom", x1, y - 1, x2, y))
    return tighten((x1, y1, x2, y2), maps)


def tighten(box, maps):
    x1, y1, x2, y2 = box
    is_empty = lambda *place: maps.mean("data", *place) == 0
    while y2 - 1 > y1 and is_empty(x1, y2 - 1, x2, y2):
        y2 -= 1
    while y1 + 1 < y2 and is_empty(x1, y1, x2, y1 + 1):
        y1 += 1
    while x2 - 1 > x1 and is_empty(x2 - 1, y1, x2, y2):
        x2 -= 1
    while x1 + 1 < x2 and is_empty(x1, y1, x1 + 1, y2):
        x1 += 1
    return x1, y1, x2, y2


def parts(box, maps):
    """What a box falls into where edges run through it, or data begins behind an empty line."""
    x1, y1, x2, y2 = box
    mean = maps.mean

    def is_gap_end(place, before):
        return mean("data", *place) > 0 and mean("data", *before) == 0

    rows, columns = [y1], [x1]
    for y in range(y1 + 1, y2):
        edge = max(mean("top", x1, y, x2, y + 1), mean("bottom", x1, y - 1, x2, y))
        if edge > 0.2 or is_gap_end((x1, y, x2, y + 1), (x1, y - 1, x2, y)):
            rows.append(y)
    for x in range(x1 + 1, x2):
        edge = max(mean("left", x, y1, x + 1, y2), mean("right", x - 1, y1, x, y2))
        if edge > 0.2 or is_gap_end((x, y1, x + 1, y2), (x - 1, y1, x, y2)):
            columns.append(x)
    found = []
    for i, top in enumerate(rows):
        if len(rows) > 1:
            found.append((x1, top, x2, rows[i + 1] if i + 1 < len(rows) else y2))
        if i > 0:
            found += [(x1, top, x2, y2), (x1, y1, x2, top)]
    for i, left in enumerate(columns):
        if len(columns) > 1:
            found.append((left, y1, columns[i + 1] if i + 1 < len(columns) else x2, y2))
        if i > 0:
            found += [(left, y1, x2, y2), (x1, y1, left, y2)]
    return found


def vary_edges(box, maps):
    """The box with one edge moved by up to two cells, where the map of that edge leaves it open."""
    x1, y1, x2, y2 = box
    for step in (-2, -1, 1, 2):
        left, top, right, bottom = x1 + step, y1 + step, x2 + step, y2 + step
        for name, moved, line in (
            ("left", (left, y1, x2, y2), (left, y1, left + 1, y2)),
            ("top", (x1, top, x2, y2), (x1, top, x2, top + 1)),
            ("right", (x1, y1, right, y2), (right - 1, y1, right, y2)),
            ("bottom", (x1, y1, x2, bottom), (x1, bottom - 1, x2, bottom)),
        ):
            if moved[0] < 0 or moved[1] < 0 or moved[2] > maps.width or moved[3] > maps.height:
                continue
            if moved[0] < moved[2] and moved[1] < moved[3] and maps.mean(name, *line) >= 0.02:
                yield tighten(moved, maps)


def propose(maps, count):
    """At most `count` different boxes, the best supported first."""
    found = {}  # box -> support, in the order in which they were found

    def add(box):
        if area(box) >= 3 and box not in found:
            found[box] = support(box, maps)

    def by_support(boxes):
        return sorted(boxes, key=lambda box: -found[box])

    main = []
    for threshold in (0.5, 0.3, 0.15, 0.7, 0.85):
        for cut in (False, True):
            for block in inside_blocks(maps, threshold, cut):
                placed = place_edges(block, maps)
                if threshold == 0.5:
                    main.append(placed)
                add(placed)
                add(tighten(block, maps))
                if not cut:
                    for part in parts(placed, maps):
                        add(place_edges(part, maps, 1))
    for block in data_blocks(maps):
        add(place_edges(block, maps, 2))
    joinable = sorted(main, key=lambda box: -support(box, maps))[:12]
    for i, a in enumerate(joinable):
        for b in joinable[i + 1:]:
            if intersection((a[0] - 3, a[1] - 3, a[2] + 3, a[3] + 3), b) > 0:
                both = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
                add(place_edges(both, maps, 1))
    read = by_support(found)[:count]
    if len(read) == count:
        return read
    # Other views of the best ones fill the places that are left; they never replace another table.
    for box in read[:12]:
        for other in vary_edges(box, maps):
            add(other)
    others = [box for box in by_support(found) if box not in read]
    return by_support(read + others[:count - len(read)])


def evidence_of(box, index, proposals, maps):
    """The E numbers for and against a proposal, in the order of EVIDENCE in core/proposals/evidence.ts."""
    x1, y1, x2, y2 = box
    mean, size = maps.mean, area(box)
    most = lambda values: max([0.0, *values])
    is_held = lambda inner, outer: intersection(inner, outer) >= 0.95 * area(inner)
    supports = {other: support(other, maps) for other in proposals}
    others = [other for other in proposals if other != box and iou(box, other) <= 0.7]
    larger = [other for other in others if area(other) > size]
    smaller = [other for other in others if area(other) < size]
    within = [other for other in smaller if is_held(other, box)]
    apart = []
    for other in within:
        if all(intersection(kept, other) == 0 for kept in apart):
            apart.append(other)
    is_split = len(apart) > 1
    rows, columns = range(y1 + 1, y2), range(x1 + 1, x2)
    result = [
        1.0,
        supports[box],
        mean("inside", *box),
        mean("data", *box),
        math.log2(y2 - y1) / 10,
        math.log2(x2 - x1) / 8,
        math.log2(size) / 14,
        float(x1 == 0),
        float(y1 == 0),
        float(x2 == maps.width),
        float(y2 == maps.height),
        most(mean("top", x1, y, x2, y + 1) for y in rows),
        most(mean("bottom", x1, y - 1, x2, y) for y in rows),
        most(mean("left", x, y1, x + 1, y2) for x in columns),
        most(mean("right", x - 1, y1, x, y2) for x in columns),
        most(iou(box, other) for other in proposals[:index]),
        most(iou(box, other) for other in others),
        most(intersection(box, other) / size for other in larger),
        most(intersection(box, other) / size for other in smaller),
        run_length(mean("data", x1, y, x2, y + 1) == 0 for y in rows),
        run_length(mean("data", x, y1, x + 1, y2) == 0 for x in columns),
        most(supports[other] for other in larger if is_held(box, other)),
        most(supports[other] for other in within),
        sum(supports[part] for part in apart) / len(apart) if is_split else 0.0,
        sum(area(part) for part in apart) / size if is_split else 0.0,
    ]
    opposite = {"left": "right", "top": "bottom", "right": "left", "bottom": "top"}
    for side in SIDES:
        at = lambda name, offset: mean(name, *line_of(side, box, offset))
        result += [at(side, offset) for offset in (-2, -1, 0, 1, 2)]
        result += [at(opposite[side], -1), at("inside", -1), at("inside", 0)]
        result += [at("data", -2), at("data", -1), at("data", 0)]
    return result


def run_length(flags):
    """The longest run of true flags on a logarithmic scale: 1 for 15 or more."""
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return min(1.0, math.log2(1 + longest) / 4)


def line_of(side, box, offset):
    """The line of cells at a side of a box: offset 0 is its outermost line, -1 the first one outside."""
    x1, y1, x2, y2 = box
    return {
        "left": (x1 + offset, y1, x1 + offset + 1, y2),
        "right": (x2 - 1 - offset, y1, x2 - offset, y2),
        "top": (x1, y1 + offset, x2, y1 + offset + 1),
        "bottom": (x1, y2 - 1 - offset, x2, y2 - offset),
    }[side]


def settle(box, proposal, maps):
    """A box within one cell of its proposal is the proposal; any other gets its edges placed anew."""
    moved = max(abs(a - b) for a, b in zip(box, proposal))
    return proposal if moved <= 1 else place_edges(box, maps)


def exclude(a, b):
    """Whether two boxes cannot both be tables."""
    return iou(a, b) > 0.3 or intersection(a, b) > 0.5 * min(area(a), area(b))


def by_score(scored):
    return sorted(scored, key=lambda each: -each[0])


def select(scored):
    """(score, box) pairs, best first, without those that overlap a better one too much."""
    kept = []
    for score, box in by_score(scored):
        if not any(exclude(box, other) for _, other in kept):
            kept.append((score, box))
    return kept


HAS_DATA, IS_VISIBLY_EMPTY, MERGE_RIGHT, MERGE_BOTTOM = 0, 3, 5, 7  # channels of a cell


def without_titles(scored, cells):
    """Moves the top edge of (score, box) pairs below title rows and the empty rows under them; two rows are left at least.

    A title row shows a single cell, in the box's first column, which is merged to the right and not downwards. Of boxes
    that become the same, the best score is left. cells [H, W, C or more].
    """
    shows = ((cells[..., HAS_DATA] != 0) & (cells[..., IS_VISIBLY_EMPTY] == 0)).tolist()
    is_wide = ((cells[..., MERGE_RIGHT] != 0) & (cells[..., MERGE_BOTTOM] == 0)).tolist()
    kept = {}
    for score, (x1, y1, x2, y2) in scored:
        shown = lambda: [x for x in range(x1, x2) if shows[y1][x]]  # noqa: E731
        while y2 - y1 > 2 and shown() == [x1] and is_wide[y1][x1]:
            y1 += 1
            while y2 - y1 > 2 and not shown():
                y1 += 1
        box = (x1, y1, x2, y2)
        kept[box] = max(score, kept.get(box, score))
    return [(score, box) for box, score in kept.items()]


COST = 0.35  # what a box takes from the worth of a set


def best_set(scored):
    """The (score, box) pairs that exclude no other and are worth most together, then those of lower scores that are free.

    A box is worth its score less COST. Exact: a maximum-weight independent set in each group of boxes that exclude others.
    """
    left = by_score(each for each in scored if each[0] > COST)
    kept = []
    while left:
        group, left = [left[0]], left[1:]
        for _, box in group:
            near = [each for each in left if exclude(box, each[1])]
            left = [each for each in left if each not in near]
            group += near
        kept += best_of_group(by_score(group)[:28])
    others = [each for each in scored if each[0] <= COST]
    free = [each for each in others if not any(exclude(each[1], box) for _, box in kept)]
    return by_score(kept) + select(free)


def best_of_group(group):
    """Branch and bound: takes or leaves the best box that is left; what all others are worth bounds a branch."""
    best, most, steps = [], 0.0, 0

    def search(taken, value, rest):
        nonlocal best, most, steps
        if value > most:
            best, most = taken, value
        if not rest or value + sum(score - COST for score, _ in rest) <= most:
            return
        steps += 1
        if steps > 50_000:
            return
        (score, box), others = rest[0], rest[1:]
        free = [each for each in others if not exclude(box, each[1])]
        search(taken + [rest[0]], value + score - COST, free)
        if len(free) < len(others):
            search(taken, value, others)

    search([], 0.0, group)
    return best


# ---- boxes and cells

def to_cxcywh(box, maps):
    x1, y1, x2, y2 = box
    return ((x1 + x2) / 2 / maps.width, (y1 + y2) / 2 / maps.height, (x2 - x1) / maps.width, (y2 - y1) / maps.height)


def to_cells(box, height, width):
    """cxcywh -> the cells whose edges are nearest; a box that would keep no line keeps the one under its centre."""
    def span(centre, extent, size):
        start = min(max(math.floor((centre - extent / 2) * size + 0.5), 0), size)
        end = min(max(math.floor((centre + extent / 2) * size + 0.5), 0), size)
        only = min(max(math.floor(centre * size), 0), size - 1)
        return (start, end) if end > start else (only, only + 1)

    cx, cy, w, h = box
    (x1, x2), (y1, y2) = span(cx, w, width), span(cy, h, height)
    return x1, y1, x2, y2


def column_name(column):
    """1 -> A, 27 -> AA."""
    name = ""
    while column > 0:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


# ---- files

TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "U8": torch.uint8}


def read_safetensors(path):
    """-> tensors by name, and the metadata of the file."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        content = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = torch.frombuffer(content, dtype=TYPES[entry["dtype"]], offset=start,
                                  count=math.prod(entry["shape"])) if end > start else torch.empty(0)
        tensors[name] = values.reshape(entry["shape"])
    return tensors, metadata


def read_weights(path):
    """-> weights by name as float32, and of the file's configuration and metrics: model, evaluation, val_metrics."""
    if str(path).endswith(".safetensors"):
        state, metadata = read_safetensors(path)
        extra = json.loads(metadata["extra"])
        metrics = extra.get("val_metrics")
    else:
        # PyTorch 1.13 cannot read floating-point numbers in its restricted mode.
        safe = {} if torch.__version__.startswith("1.") else {"weights_only": True}
        checkpoint = torch.load(path, map_location="cpu", **safe)
        state = checkpoint.get("ema_state_dict") or checkpoint["model_state_dict"]
        extra, metrics = checkpoint["extra"], checkpoint.get("val_metrics")
    config = extra["config"]
    return {name: values.float() for name, values in state.items()}, config["model"], config.get("evaluation"), metrics


def read_cells(path):
    """The cells [H, W, 75] of a sheet, as write-cells.ts writes them; a network takes as many numbers as it reads."""
    return read_safetensors(path)[0]["cells"].float()
