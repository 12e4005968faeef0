/**
 * Every key of the configuration except the options of plugins, with its type, default, limits, unit and
 * help. The defaults of `model`, its loss and the gradient clipping are those of the reference detector.
 */

import { DEVICE_CHOICES } from "../base/device-choices.ts";
import { USUAL_SCORE_THRESHOLD } from "../base/score-threshold.ts";
import { NAME_CHARACTERS, TAG_CHARACTERS } from "./derived-names.ts";
import { boolean, choice, group, integer, list, number, text, type ValueOf } from "./field.ts";

const experiment = group(
  {
    name: text({
      default: "table_detector",
      minLength: 1,
      maxLength: NAME_CHARACTERS,
      // biome-ignore lint/suspicious/noControlCharactersInRegex: names must not contain them
      pattern: /^(?![ .])[^/\\:*?"<>|\u0000-\u001F]*(?<![ .])$/,
      format:
        'a name for a folder: at most 120 characters, none of / \\ : * ? " < > |, no blank or dot at an end',
      help: "Name of the experiment; the name of the run's folder starts with it",
    }),
    project_name: text({
      default: "tablesense2",
      minLength: 1,
      env: "WANDB_PROJECT",
      envOwner: "wandb",
      help: "W&B project of the run",
    }),
    seed: integer({
      default: 42,
      min: 0,
      max: 2 ** 32 - 1,
      help: "Seed of all random numbers: initial weights, order of the sheets, dropout",
    }),
    tags: list({
      of: text({ default: "", minLength: 1, maxLength: TAG_CHARACTERS, help: "A tag" }),
      default: [],
      unique: true,
      env: "WANDB_TAGS",
      envOwner: "wandb",
      help: "Tags by which you can find the run",
    }),
    notes: text({ default: "", env: "WANDB_NOTES", envOwner: "wandb", help: "Notes about the run" }),
  },
  "Name, seed and description of the run",
);

const data = group(
  {
    dataset_names: list({
      of: text({ default: "", minLength: 1, help: "A dataset" }),
      default: ["synthetic"],
      minItems: 1,
      unique: true,
      help: "Datasets to train on: folders in data.root; the first run writes the dataset synthetic",
    }),
    root: text({
      default: "training_data",
      minLength: 1,
      path: true,
      help: "Folder with the datasets, relative to the current folder",
    }),
    train_ratio: number({ default: 0.8, above: 0, max: 1, help: "Share of the workbooks for training" }),
    val_ratio: number({
      default: 0.1,
      min: 0,
      below: 1,
      help: "Share of the workbooks for validation; 0 means no validation",
    }),
    test_ratio: number({
      default: 0.1,
      min: 0,
      below: 1,
      help: "Share of the workbooks for testing, which training never sees",
    }),
    split_seed: integer({
      default: 42,
      min: 0,
      max: 2 ** 32 - 1,
      help: "Seed of the split; it does not depend on experiment.seed, so that runs share their split",
    }),
    split_by: choice({
      choices: ["workbook", "source"],
      default: "workbook",
      help: "What is never divided between splits: source keeps all workbooks of a label's source together",
    }),
    respect_split_code: boolean({
      default: true,
      help: "Use the sheets that a dataset marks as testing_set for its test split",
    }),
    fold: list({
      of: integer({ default: 1, min: 1, max: 1000, help: "A number" }),
      default: null,
      nullable: true,
      minItems: 2,
      maxItems: 2,
      help:
        "[2, 5] validates on the second of five folds and trains on the others, whatever the ratios are; " +
        "a published test split stays apart; null: the ratios divide the workbooks",
    }),
    max_rows: integer({
      default: 512,
      min: 1,
      max: 1_048_576,
      unit: "rows",
      help: "Most rows of a sheet that are read",
    }),
    max_cols: integer({
      default: 128,
      min: 1,
      max: 16_384,
      unit: "columns",
      help: "Most columns of a sheet that are read",
    }),
    on_large_sheet: choice({
      choices: ["crop", "skip"],
      default: "crop",
      help: "Sheets larger than max_rows x max_cols: crop keeps the upper left part, skip leaves them out",
    }),
    on_bad_file: choice({
      choices: ["skip", "fail"],
      default: "skip",
      help: "Workbooks that cannot be read: skip leaves them out and reports them, fail ends the run",
    }),
    on_proposed_label: choice({
      choices: ["use", "skip"],
      default: "use",
      help: "Sheets whose label a program proposed and nobody has looked at: use them with a note, or skip them",
    }),
    condense: boolean({
      default: false,
      help: "Shorten long runs of lines that look alike as prediction does; set max_rows as high as sheets are long",
    }),
    cache: boolean({ default: true, help: "Keep feature grids on disk for later runs" }),
    memory_limit: integer({
      default: 2048,
      min: 0,
      max: 2 ** 24,
      unit: "MB",
      help: "Memory for the grids of a training; those beyond it are read from disk as they are needed",
    }),
    augment: boolean({
      default: false,
      help: "Change lines, windows, styles and neighbours of training sheets at random; labels stay exact",
    }),
    repeats: integer({
      default: 1,
      min: 0,
      max: 10_000,
      unit: "visits",
      help: "Visits to each training sheet per epoch; 0 trains on fresh synthetic sheets only",
    }),
    dataset_repeats: list({
      of: integer({ default: 1, min: 0, max: 10_000, unit: "visits", help: "Visits to each sheet" }),
      default: [],
      help: "Instead of repeats, visits to each sheet per dataset, in the order of dataset_names",
    }),
    synthetic_per_epoch: integer({
      default: 0,
      min: 0,
      max: 10_000_000,
      unit: "sheets",
      help: "Fresh synthetic sheets per epoch, in addition to the datasets; each is used only once",
    }),
  },
  "Datasets, splits and the size of sheets",
);

const backbone = group(
  {
    name: choice({ choices: ["convnext_v2"], default: "convnext_v2", help: "Family of the backbone" }),
    base_width: integer({
      default: 32,
      min: 1,
      unit: "channels",
      help: "Channels of the first stage; each later stage has twice as many as the one before",
    }),
    depths: list({
      of: integer({ default: 2, min: 1, unit: "blocks", help: "Blocks of a stage" }),
      default: [2, 2, 4, 2],
      minItems: 4,
      maxItems: 4,
      unit: "blocks",
      help: "Blocks in each of the four stages",
    }),
    stem_stride: integer({
      default: 4,
      min: 1,
      max: 32,
      unit: "cells",
      help: "Height and width of the patches that the first layer reads",
    }),
    use_grn: boolean({ default: true, help: "Use global response normalisation in every block" }),
  },
  "The convolutional backbone",
);

const detr = group(
  {
    num_queries: integer({
      default: 10,
      min: 1,
      unit: "tables",
      help: "Object queries: the most tables that can be found on one sheet",
    }),
    num_encoder_layers: integer({ default: 2, min: 0, unit: "layers", help: "Encoder layers" }),
    num_decoder_layers: integer({ default: 2, min: 1, unit: "layers", help: "Decoder layers" }),
    hidden_dim: integer({
      default: 128,
      min: 4,
      max: 65_536,
      unit: "channels",
      help: "Width of encoder and decoder: a multiple of 4 and of num_heads",
    }),
    num_heads: integer({ default: 8, min: 1, unit: "heads", help: "Heads of each attention layer" }),
    num_points: integer({
      default: 4,
      min: 1,
      unit: "points",
      help: "Points that deformable attention samples per head and level",
    }),
    ffn_ratio: integer({
      default: 4,
      min: 1,
      help: "Width of the feed-forward layers, as a multiple of hidden_dim",
    }),
    dropout: number({
      default: 0.1,
      min: 0,
      below: 1,
      help: "Share of the activations that are dropped in training",
    }),
    box_refine: boolean({ default: true, help: "Each decoder layer refines the boxes of the layer before" }),
    scores: choice({
      choices: ["match", "fit"],
      default: "match",
      help: "What scores say: match for DETR's matching; fit for how well each proposal of the dense head fits",
    }),
    aux_loss: boolean({ default: true, help: "Train every decoder layer, not only the last" }),
  },
  "The Deformable DETR on top of the backbone",
);

const blocks = (what: string, initial: number[]) =>
  list({
    of: integer({ default: 1, min: 0, max: 64, unit: "blocks", help: "Blocks of a level" }),
    default: initial,
    minItems: 1,
    maxItems: 8,
    unit: "blocks",
    help: what,
  });

const denseHead = group(
  {
    enabled: boolean({
      default: false,
      help: "Use a dense head: the decoder then scores and refines its proposals, not learned queries",
    }),
    only: boolean({ default: false, help: "Use only the dense head, without backbone and transformer" }),
    widths: list({
      of: integer({ default: 32, min: 1, max: 4096, unit: "channels", help: "Channels of a level" }),
      default: [32, 64, 96, 128],
      minItems: 2,
      maxItems: 8,
      unit: "channels",
      help: "Channels of each level, finest first; each level halves rows and columns",
    }),
    depths: blocks("Blocks of each level on the way down: as many numbers as widths", [1, 2, 3, 3]),
    up_depths: blocks(
      "Blocks of each level on the way up, finest first: one number fewer than widths",
      [2, 1, 1],
    ),
    dropout: number({
      default: 0,
      min: 0,
      below: 1,
      help: "Share of the outputs of its blocks that are dropped in training",
    }),
  },
  "The dense head: maps of the insides and edges of tables, with one value per cell",
);

const loss = group(
  {
    lambda_cls: number({ default: 2, min: 0, help: "Weight of the focal classification loss" }),
    lambda_l1: number({ default: 5, min: 0, help: "Weight of the L1 distance of boxes" }),
    lambda_iou: number({ default: 2, min: 0, help: "Weight of the generalised IoU loss" }),
    lambda_dense: number({
      default: 1,
      min: 0,
      help: "Weight of the loss of the dense head, if there is one",
    }),
  },
  "Weights of the parts of the loss; the matching has costs of its own",
);

const model = group(
  {
    type: choice({ choices: ["detector"], default: "detector", help: "Kind of model" }),
    features: choice({
      choices: ["tablesense43", "tablesense43_hints"],
      default: "tablesense43",
      help: "What the network reads of a cell: the 43 channels, or these and 32 hints from its value",
    }),
    init: text({
      default: null,
      nullable: true,
      minLength: 1,
      path: true,
      words: ["pretrained", "latest"],
      help:
        "Weights to start from: a checkpoint, a run's folder or name, weights saved by PyTorch or safetensors, " +
        "pretrained for the weights that come with the project, or latest for the run written last",
    }),
    init_partial: boolean({
      default: false,
      help: "Take only the parameters that both have from model.init; the others start at random",
    }),
    init_shape: boolean({
      default: false,
      help: "Take the network's shape from the weights of model.init, and its dropout and loss from here",
    }),
    backbone,
    detr,
    dense_head: denseHead,
    loss,
  },
  "The network and its loss",
);

const training = group(
  {
    device: choice({
      choices: DEVICE_CHOICES,
      default: "auto",
      help: "Device to compute on; auto takes the first of cuda, webgpu and cpu that works",
    }),
    workers: integer({
      default: "auto",
      words: ["auto"],
      min: 1,
      max: 1024,
      unit: "workers",
      help: "Workers that share the sheets of a gradient step; auto starts one per core",
    }),
    batch_size: integer({
      default: 1,
      min: 1,
      unit: "sheets",
      help: "Sheets that go through the network at once",
    }),
    gradient_accumulation_steps: integer({
      default: 8,
      min: 1,
      unit: "batches",
      help: "Batches whose gradients are added up for one optimiser step",
    }),
    max_epochs: integer({ default: 60, min: 1, unit: "epochs", help: "Epochs to train" }),
    lr: number({ default: 1e-4, above: 0, help: "Peak learning rate, which is reached after the warm-up" }),
    weight_decay: number({ default: 1e-4, min: 0, help: "Decoupled weight decay of AdamW" }),
    warmup_epochs: number({
      default: 3,
      min: 0,
      unit: "epochs",
      help: "Linear warm-up of the learning rate, which then follows a cosine down to 0",
    }),
    max_grad_norm: number({
      default: 0.1,
      above: 0,
      help: "Largest norm of the gradient; a longer gradient is scaled down to it",
    }),
    ema_decay: number({
      default: null,
      nullable: true,
      min: 0,
      below: 1,
      help: "Decay per step of the running average of the weights, which is validated and saved; null: none",
    }),
    validate_every_n_steps: integer({
      default: null,
      nullable: true,
      min: 1,
      unit: "gradient steps",
      help: "Validate within an epoch too, as step_val/*; best.pt and early stopping go by epochs; null: never",
    }),
    early_stopping_patience: integer({
      default: null,
      nullable: true,
      min: 1,
      unit: "epochs",
      help: "Stop after this many epochs without a better one (early_stopping_metric); null never stops early",
    }),
    early_stopping_metric: choice({
      choices: ["f1", "loss"],
      default: "f1",
      help: "What makes an epoch better for early stopping: f1 (while it is 0, a lower loss counts) or loss",
    }),
    early_stopping_min_epochs: integer({
      default: 0,
      min: 0,
      unit: "epochs",
      help: "Epochs that are trained in any case, whatever early_stopping_patience is",
    }),
  },
  "Optimiser, schedule and device",
);

const evaluation = group(
  {
    eob_threshold: number({
      default: 2,
      min: 0,
      unit: "cells",
      help: "Largest error of boundary of a match: how far apart two edges may lie",
    }),
    score_threshold: number({
      default: USUAL_SCORE_THRESHOLD,
      words: ["auto"],
      min: 0,
      max: 1,
      help:
        "Lowest score that counts as a table; auto chooses a good one on each validation " +
        "and saves it with the weights",
    }),
    before_and_after: boolean({
      default: false,
      help: "At the end, compare the weights of model.init and the trained ones on the same held-out sheets",
    }),
  },
  "How found tables are counted",
);

/**
 * The sections with fields of their own. The keys of `plugins`, the last section, are the existing plugins.
 */
export const SECTIONS = { experiment, data, model, training, evaluation } as const;

export const CONFIG = group(SECTIONS, "Configuration of a training run");

/** All settings except `plugins`. */
export type Settings = ValueOf<typeof CONFIG>;
