/** Checks for settings that are valid alone and impossible together. */

import type { Problem } from "../base/problem.ts";
import { NAME_BYTES } from "./derived-names.ts";
import type { Settings } from "./schema.ts";
import { dotted, type Path, placeOf, type Source, sourceInWords, written } from "./source.ts";

/** What the constraints need to know: the settings, which of them have problems, and where each was given. */
export interface Context {
  readonly settings: Settings;
  /** Settings that have a problem of their own, by dotted path. */
  readonly failed: ReadonlySet<string>;
  /** Where a setting was given; null if it has its default. */
  sourceOf(path: Path): Source | null;
  /** The place of the problem if none of the settings was given. */
  readonly fallback: Source;
}

interface Finding {
  /** The settings involved; the first is the one to change. */
  readonly paths: readonly Path[];
  readonly expected: string;
  readonly got: string;
  /** A valid value for the first path. */
  readonly fix: string | null;
}

/** All impossible combinations, except those with a setting that has a problem of its own. */
export function checkConstraints(context: Context): Problem[] {
  const { settings, failed } = context;
  const inWords = (path: Path, value: unknown): string => {
    const source = context.sourceOf(path);
    return `${dotted(path)} (${value}, ${source ? sourceInWords(source) : "the default"})`;
  };
  return [
    fitsFolderName(settings),
    dividesHidden(settings, inWords),
    sineCode(settings, inWords),
    ratios(settings),
    someLoss(settings, inWords),
    blocksOfEachLevel(settings, inWords),
    someSamples(settings),
    repeatsOfEachDataset(settings, inWords),
    stoppingNeedsValidation(settings, inWords),
    foldIsOneOfThem(settings),
    shapeNeedsWeights(settings),
  ]
    .filter((finding) => finding !== null)
    .filter(({ paths }) => !paths.some((path) => failed.has(dotted(path))))
    .map(({ paths, expected, got, fix }) => {
      const path = paths[0]!;
      const source = context.sourceOf(path);
      // A default has no place. The problem then stands at the setting that does not fit the default.
      const given = source ?? paths.map(context.sourceOf).find((other) => other !== null);
      return {
        ...placeOf(given ?? context.fallback),
        message: `Cannot use ${dotted(path)}`,
        expected,
        got: source ? got : `${got} (the default)`,
        fix: fix === null ? undefined : written(source ?? given ?? context.fallback, path, fix),
      };
    });
}

type InWords = (path: Path, value: unknown) => string;

function fitsFolderName({ experiment }: Settings): Finding | null {
  const bytes = Buffer.byteLength(experiment.name);
  if (bytes <= NAME_BYTES) return null;
  return {
    paths: [["experiment", "name"]],
    expected: `at most ${NAME_BYTES} bytes in UTF-8: the run's folder begins with it`,
    got: `${bytes} bytes`,
    fix: null,
  };
}

const HIDDEN: Path = ["model", "detr", "hidden_dim"];
const HEADS: Path = ["model", "detr", "num_heads"];

function dividesHidden({ model }: Settings, inWords: InWords): Finding | null {
  const { hidden_dim, num_heads } = model.detr;
  // A width that is not a multiple of 4 has to change anyway, and `sineCode` proposes one that
  // fits the heads.
  if (hidden_dim % num_heads === 0 || hidden_dim % 4 !== 0) return null;
  const divisors = divisorsOf(hidden_dim);
  const nearby = divisors.reduce((a, b) => (Math.abs(b - num_heads) < Math.abs(a - num_heads) ? b : a));
  return {
    paths: [HEADS, HIDDEN],
    expected: `a divisor of ${inWords(HIDDEN, hidden_dim)}: ${shortList(divisors)}`,
    got: `${num_heads}`,
    fix: `${nearby}`,
  };
}

function sineCode({ model }: Settings, inWords: InWords): Finding | null {
  const { hidden_dim, num_heads } = model.detr;
  if (hidden_dim % 4 === 0) return null;
  const step = leastCommonMultiple(4, num_heads);
  return {
    paths: [HIDDEN, HEADS],
    expected: `a multiple of 4 (the position code is sine and cosine of row and column) and of ${inWords(HEADS, num_heads)}`,
    got: `${hidden_dim}`,
    fix: `${Math.max(1, Math.round(hidden_dim / step)) * step}`,
  };
}

function ratios({ data }: Settings): Finding | null {
  const { train_ratio, val_ratio, test_ratio } = data;
  const sum = train_ratio + val_ratio + test_ratio;
  if (Math.abs(sum - 1) < 1e-6) return null;
  const rest = round(1 - val_ratio - test_ratio);
  return {
    paths: [
      ["data", "train_ratio"],
      ["data", "val_ratio"],
      ["data", "test_ratio"],
    ],
    expected: "data.train_ratio + data.val_ratio + data.test_ratio = 1",
    got: `${train_ratio} + ${val_ratio} + ${test_ratio} = ${round(sum)}`,
    fix: rest > 0 ? `${rest}` : null,
  };
}

const WIDTHS: Path = ["model", "dense_head", "widths"];

function blocksOfEachLevel({ model }: Settings, inWords: InWords): Finding | null {
  const { enabled, widths, depths, up_depths } = model.dense_head;
  if (!enabled) return null;
  const levels = widths.length;
  const wrong =
    depths.length !== levels
      ? { key: "depths", values: depths, wanted: levels }
      : up_depths.length !== levels - 1
        ? { key: "up_depths", values: up_depths, wanted: levels - 1 }
        : null;
  if (wrong === null) return null;
  return {
    paths: [["model", "dense_head", wrong.key], WIDTHS],
    expected: `${wrong.wanted} numbers of blocks: ${inWords(WIDTHS, `${levels} levels`)}`,
    got: `${wrong.values.length}: [${wrong.values.join(", ")}]`,
    fix: `[${Array.from({ length: wrong.wanted }, (_, i) => wrong.values[i] ?? 1).join(", ")}]`,
  };
}

function someLoss({ model }: Settings, inWords: InWords): Finding | null {
  const { lambda_cls, lambda_l1, lambda_iou, lambda_dense } = model.loss;
  if (model.dense_head.enabled && model.dense_head.only) {
    const only: Path = ["model", "dense_head", "only"];
    if (lambda_dense > 0) return null;
    return {
      paths: [["model", "loss", "lambda_dense"], only],
      expected: `above 0 with ${inWords(only, true)}: nothing else would be learnt`,
      got: "0",
      fix: "1",
    };
  }
  if (lambda_cls + lambda_l1 + lambda_iou > 0) return null;
  return {
    paths: [
      ["model", "loss", "lambda_cls"],
      ["model", "loss", "lambda_l1"],
      ["model", "loss", "lambda_iou"],
    ],
    expected: "at least one of lambda_cls, lambda_l1 and lambda_iou above 0: nothing would be learnt",
    got: "0, 0 and 0",
    fix: "2",
  };
}

function someSamples({ data }: Settings): Finding | null {
  const repeats = data.dataset_repeats.length > 0 ? data.dataset_repeats : [data.repeats];
  if (repeats.some((visits) => visits > 0) || data.synthetic_per_epoch > 0) return null;
  return {
    paths: [
      ["data", "repeats"],
      ["data", "synthetic_per_epoch"],
    ],
    expected: "data.repeats or data.synthetic_per_epoch above 0: an epoch would have no sheets",
    got: "0 and 0",
    fix: "1",
  };
}

function repeatsOfEachDataset({ data }: Settings, inWords: InWords): Finding | null {
  const { dataset_names: names, dataset_repeats: repeats } = data;
  if (repeats.length === 0 || repeats.length === names.length) return null;
  const datasets: Path = ["data", "dataset_names"];
  return {
    paths: [["data", "dataset_repeats"], datasets],
    expected: `no number or ${names.length}, one per dataset of ${inWords(datasets, names.join(", "))}`,
    got: `${repeats.length}`,
    fix: `[${names.map((_, index) => repeats[index] ?? data.repeats).join(", ")}]`,
  };
}

function foldIsOneOfThem({ data }: Settings): Finding | null {
  if (data.fold === null) return null;
  const [number, count] = data.fold as [number, number];
  if (count >= 2 && number <= count) return null;
  return {
    paths: [["data", "fold"]],
    expected: "the number of a fold, and of how many, at least two: [2, 5]",
    got: `[${number}, ${count}]`,
    fix: `[${Math.min(number, Math.max(2, count))}, ${Math.max(2, count)}]`,
  };
}

function shapeNeedsWeights({ model }: Settings): Finding | null {
  if (!model.init_shape || model.init !== null) return null;
  return {
    paths: [
      ["model", "init_shape"],
      ["model", "init"],
    ],
    expected: "false without model.init: there are no weights to take the shape from",
    got: "true",
    fix: "false",
  };
}

function stoppingNeedsValidation({ data, training }: Settings, inWords: InWords): Finding | null {
  if (training.early_stopping_patience === null || data.val_ratio > 0 || data.fold !== null) return null;
  const ratio: Path = ["data", "val_ratio"];
  return {
    paths: [["training", "early_stopping_patience"], ratio],
    expected: `null with ${inWords(ratio, 0)}: there is no validation F1 to wait for`,
    got: `${training.early_stopping_patience}`,
    fix: "null",
  };
}

function divisorsOf(value: number): number[] {
  return Array.from({ length: value }, (_, i) => i + 1).filter((candidate) => value % candidate === 0);
}

function shortList(values: readonly number[]): string {
  return values.length > 8 ? `${values.slice(0, 7).join(", ")}, ...` : values.join(", ");
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a * b) / x;
}

/** Rounds away the error of binary fractions: 0.1 + 0.2 gives 0.3. */
function round(value: number): number {
  return Number(value.toFixed(6));
}
