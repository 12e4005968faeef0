/** The list of the parts of the loss, and everything that follows from it. */

interface LossPart {
  /** The name in the engine's results and in messages. */
  readonly name: string;
  /**
   * The mean over an epoch's sheets is logged as `train/{metric}`; checkpoints hold the sum under `metric`.
   */
  readonly metric: string;
  /** True for the parts whose sum is `total`. */
  readonly isSummand: boolean;
  /** True for a part that only networks with a dense head have; it is 0 without one, and not logged. */
  readonly needsDenseHead: boolean;
}

const part = <Name extends string, Metric extends string>(
  name: Name,
  metric: Metric,
  { isSummand = false, needsDenseHead = false } = {},
) => ({ name, metric, isSummand, needsDenseHead }) as const satisfies LossPart;

/**
 * All parts, in the order of messages, metrics and checkpoints. Each is weighted by its factor of
 * `model.loss`. A new part needs an entry here, a value in `outputLoss` and a row in docs/metrics.md;
 * types, sums, means and reports follow.
 */
export const LOSS_PARTS = [
  /** What is back-propagated: the sum of the summands. */
  part("total", "loss"),
  /** Classification, L1 and GIoU, summed over all decoder layers. */
  part("det_loss", "det_loss", { isSummand: true }),
  /** These three are the last decoder layer's. */
  part("cls", "cls_loss"),
  part("l1", "l1_loss"),
  part("iou", "iou_loss"),
  /** The dense head's. */
  part("dense_loss", "dense_loss", { isSummand: true, needsDenseHead: true }),
] as const;

type Part = (typeof LOSS_PARTS)[number];

/** The loss of one batch. */
export type LossParts = { [P in Part as P["name"]]: number };

/** Each part summed over `sheets` sheets, under the names of the metrics. */
export type LossSums = { readonly sheets: number } & { readonly [P in Part as P["metric"]]: number };

/** @returns All parts, with `total` the sum of the summands. */
export function withTotal(parts: Omit<LossParts, "total">): LossParts {
  const summands = LOSS_PARTS.filter(({ isSummand }) => isSummand).map(({ name }) => name);
  const total = summands.reduce((sum, name) => sum + (parts as LossParts)[name], 0);
  return partsOf({ ...parts, total });
}

/** The parts alone, without whatever else an object holds. */
export function partsOf(parts: LossParts): LossParts {
  return Object.fromEntries(LOSS_PARTS.map(({ name }) => [name, parts[name]])) as LossParts;
}

export const NO_LOSS: LossSums = sumsOf(() => 0, 0);

/** The sums of a batch whose parts are means over its sheets. */
export function sumsOverSheets(parts: LossParts, sheets: number): LossSums {
  return sumsOf(({ name }) => parts[name] * sheets, sheets);
}

export function addSums(a: LossSums, b: LossSums): LossSums {
  return sumsOf(({ metric }) => a[metric] + b[metric], a.sheets + b.sheets);
}

/** The means over sheets of the parts that the network has, by metric. */
export function meanLosses(sums: LossSums, hasDenseHead: boolean): Record<string, number> {
  const own = LOSS_PARTS.filter(({ needsDenseHead }) => hasDenseHead || !needsDenseHead);
  return Object.fromEntries(own.map(({ metric }) => [metric, sums[metric] / sums.sheets]));
}

/** "total 3.1, det_loss 3.1, …": all parts for a message. */
export function describeParts(parts: LossParts): string {
  return LOSS_PARTS.map(({ name }) => `${name} ${parts[name]}`).join(", ");
}

function sumsOf(value: (part: Part) => number, sheets: number): LossSums {
  const sums = LOSS_PARTS.map((part) => [part.metric, value(part)]);
  return { sheets, ...Object.fromEntries(sums) } as LossSums;
}
