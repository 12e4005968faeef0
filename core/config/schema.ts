/**
 * Every key of the configuration but the plugins' own: the one place for defaults, types, limits, units and
 * help. The defaults of `model`, its loss and the clipping are the reference detector's.
 */

import { boolean, choice, group, integer, list, number, text, type ValueOf } from "./field.ts";

const experiment = group(
  {
    name: text({
      default: "table_detector",
      minLength: 1,
      maxLength: 120,
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are among what it refuses
      pattern: /^(?![ .])[^/\\:*?"<>|\u0000-\u001F]*(?<![ .])$/,
      format:
        "a name that can be part of a folder's: at most 120 characters, none of / \\ : * ? \" < > |, no blank or dot at its ends",
      help: "Name of the experiment; the run's folder begins with it",
    }),
    project_name: text({
      default: "tablesense2",
      minLength: 1,
      env: "WANDB_PROJECT",
      envOwner: "wandb",
      help: "Project that the run belongs to in W&B",
    }),
    seed: integer({
      default: 42,
      min: 0,
      max: 2 ** 32 - 1,
      help: "Seed of all randomness: initial weights, order of the sheets, dropout",
    }),
    tags: list({
      of: text({ default: "", minLength: 1, maxLength: 64, help: "A tag" }),
      default: [],
      unique: true,
      env: "WANDB_TAGS",
      envOwner: "wandb",
      help: "Words to find the run by",
    }),
    notes: text({ default: "", env: "WANDB_NOTES", envOwner: "wandb", help: "Free text about the run" }),
  },
  "Name and seed of the run",
);

const data = group(
  {
    dataset_names: list({
      of: text({ default: "", minLength: 1, help: "A dataset" }),
      default: ["synthetic"],
      minItems: 1,
      unique: true,
      help: "Datasets to train on, folders of data.root; synthetic is written by the first run",
    }),
    root: text({
      default: "training_data",
      minLength: 1,
      path: true,
      help: "Folder that holds the datasets, from the current folder",
    }),
    train_ratio: number({ default: 0.8, above: 0, max: 1, help: "Share of the workbooks to train on" }),
    val_ratio: number({
      default: 0.1,
      min: 0,
      below: 1,
      help: "Share of the workbooks to validate on; 0 for no validation",
    }),
    test_ratio: number({
      default: 0.1,
      min: 0,
      below: 1,
      help: "Share of the workbooks that training never sees",
    }),
    split_seed: integer({
      default: 42,
      min: 0,
      max: 2 ** 32 - 1,
      help: "Seed of the split, apart from experiment.seed: other runs see the same split",
    }),
    respect_split_code: boolean({
      default: true,
      help: "Sheets that a dataset publishes as its testing_set are its test split",
    }),
    max_rows: integer({ default: 512, min: 1, max: 1_048_576, unit: "rows", help: "Largest grid: rows" }),
    max_cols: integer({ default: 128, min: 1, max: 16_384, unit: "columns", help: "Largest grid: columns" }),
    on_large_sheet: choice({
      choices: ["crop", "skip"],
      default: "crop",
      help: "A sheet larger than max_rows x max_cols: keep its upper left part, or leave it out",
    }),
    on_bad_file: choice({
      choices: ["skip", "fail"],
      default: "skip",
      help: "A workbook that cannot be read: leave it out and report it at the end, or end the run",
    }),
    cache: boolean({ default: true, help: "Keep feature grids on disk for the next run" }),
    augment: boolean({
      default: false,
      help: "Change training sheets at random each time, labels exact: lines, windows, styles, neighbours",
    }),
    repeats: integer({
      default: 1,
      min: 0,
      max: 10_000,
      unit: "visits",
      help: "How often an epoch visits each training sheet; 0 trains on fresh synthetic sheets alone",
    }),
    synthetic_per_epoch: integer({
      default: 0,
      min: 0,
      max: 10_000_000,
      unit: "sheets",
      help: "Fresh synthetic sheets that an epoch has besides those of the datasets, none seen twice",
    }),
  },
  "Datasets, splits and limits of a sheet",
);

const backbone = group(
  {
    name: choice({ choices: ["convnext_v2"], default: "convnext_v2", help: "Family of the backbone" }),
    base_width: integer({
      default: 32,
      min: 1,
      unit: "channels",
      help: "Channels of the first stage; each later stage has twice as many",
    }),
    depths: list({
      of: integer({ default: 2, min: 1, unit: "blocks", help: "Blocks of a stage" }),
      default: [2, 2, 4, 2],
      minItems: 4,
      maxItems: 4,
      unit: "blocks",
      help: "Blocks of each of the four stages",
    }),
    stem_stride: integer({
      default: 4,
      min: 1,
      max: 32,
      unit: "cells",
      help: "Cells to a side of the patches that the first layer reads",
    }),
    use_grn: boolean({ default: true, help: "Global response normalisation in every block" }),
  },
  "The convolutional backbone",
);

const detr = group(
  {
    num_queries: integer({ default: 10, min: 1, unit: "tables", help: "Most tables found on one sheet" }),
    num_encoder_layers: integer({ default: 2, min: 0, unit: "layers", help: "Layers of the encoder" }),
    num_decoder_layers: integer({ default: 2, min: 1, unit: "layers", help: "Layers of the decoder" }),
    hidden_dim: integer({
      default: 128,
      min: 4,
      max: 65_536,
      unit: "channels",
      help: "Width of encoder and decoder: a multiple of 4 and of num_heads",
    }),
    num_heads: integer({ default: 8, min: 1, unit: "heads", help: "Attention heads" }),
    num_points: integer({
      default: 4,
      min: 1,
      unit: "points",
      help: "Places that deformable attention reads for each head and level",
    }),
    ffn_ratio: integer({
      default: 4,
      min: 1,
      help: "Width of the feed-forward layers as a multiple of hidden_dim",
    }),
    dropout: number({ default: 0.1, min: 0, below: 1, help: "Share of activations dropped in training" }),
    box_refine: boolean({ default: true, help: "Every decoder layer refines the boxes of the one before" }),
    aux_loss: boolean({ default: true, help: "Every decoder layer is trained, not only the last" }),
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
      help: "Whether there is one: then the decoder scores and refines its proposals instead of learned queries",
    }),
    only: boolean({ default: false, help: "The dense head alone, without backbone and transformer" }),
    widths: list({
      of: integer({ default: 32, min: 1, max: 4096, unit: "channels", help: "Channels of a level" }),
      default: [32, 64, 96, 128],
      minItems: 2,
      maxItems: 8,
      unit: "channels",
      help: "Channels of each level, finest first; each level has half as many rows and columns",
    }),
    depths: blocks("Blocks of each level on the way down: as many as widths", [1, 2, 3, 3]),
    up_depths: blocks("Blocks of each level on the way up, finest first: one fewer than widths", [2, 1, 1]),
    dropout: number({
      default: 0,
      min: 0,
      below: 1,
      help: "Share of what its blocks add dropped in training",
    }),
  },
  "The dense head: maps of table insides and edges at the resolution of the cells",
);

const loss = group(
  {
    lambda_cls: number({ default: 2, min: 0, help: "Weight of the focal classification loss" }),
    lambda_l1: number({ default: 5, min: 0, help: "Weight of the L1 distance of boxes" }),
    lambda_iou: number({ default: 2, min: 0, help: "Weight of the generalised IoU loss" }),
    lambda_dense: number({ default: 1, min: 0, help: "Weight of the dense head's loss, where there is one" }),
  },
  "Weights of the parts of the loss, and of the matching",
);

const model = group(
  {
    type: choice({ choices: ["detector"], default: "detector", help: "What is trained" }),
    init: text({
      default: null,
      nullable: true,
      minLength: 1,
      path: true,
      words: ["pretrained"],
      help: "Weights to start from: a checkpoint of a run, what PyTorch or safetensors saved of the same network, or pretrained: those that come with the project",
    }),
    init_partial: boolean({
      default: false,
      help: "Take from model.init what has the same names; parameters that it lacks begin fresh, others of it are left",
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
      choices: ["auto", "cpu", "cuda", "native", "webgpu", "wasm", "js", "mps"],
      default: "auto",
      help: "Where to compute; auto takes the first that works of cuda, webgpu and cpu",
    }),
    workers: integer({
      default: "auto",
      words: ["auto"],
      min: 1,
      max: 1024,
      unit: "workers",
      help: "Workers that share the sheets of a gradient step; auto is one for each core",
    }),
    batch_size: integer({
      default: 1,
      min: 1,
      unit: "sheets",
      help: "Sheets that go through the network together",
    }),
    gradient_accumulation_steps: integer({
      default: 8,
      min: 1,
      unit: "batches",
      help: "Batches whose gradients make one optimiser step",
    }),
    max_epochs: integer({ default: 60, min: 1, unit: "epochs", help: "Length of the run" }),
    lr: number({ default: 1e-4, above: 0, help: "Highest learning rate, reached after the warm-up" }),
    weight_decay: number({ default: 1e-4, min: 0, help: "Decoupled weight decay of AdamW" }),
    warmup_epochs: number({
      default: 3,
      min: 0,
      unit: "epochs",
      help: "Linear warm-up; a cosine to 0 follows unless the run ends before",
    }),
    max_grad_norm: number({
      default: 0.1,
      above: 0,
      help: "Gradients longer than this are scaled down to it",
    }),
    ema_decay: number({
      default: null,
      nullable: true,
      min: 0,
      below: 1,
      help: "Keep a running average of the weights with this decay a step, to validate and to use; null keeps none",
    }),
    early_stopping_patience: integer({
      default: null,
      nullable: true,
      min: 1,
      unit: "epochs",
      help: "Stop after this many epochs without a better validation F1; null never stops early",
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
      help: "Error of boundary: two ranges match if none of their edges lie further apart",
    }),
    score_threshold: number({
      default: 0.5,
      words: ["auto"],
      min: 0,
      max: 1,
      help: "Least score of a found table; auto takes a good one for the sheets of each validation, and keeps it with the weights",
    }),
  },
  "How found tables are counted",
);

/**
 * The sections with fields of their own; `plugins`, the last section, takes its keys from the
 * plugins that are there.
 */
export const SECTIONS = { experiment, data, model, training, evaluation } as const;

export const CONFIG = group(SECTIONS, "Configuration of a training run");

/** All settings but `plugins`. */
export type Settings = ValueOf<typeof CONFIG>;
