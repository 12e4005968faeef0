/** A model of the time of a gradient step over many ranks, for `scaling-model.ts` and docs/cluster.md. */

/** What is known of a training before it is spread out. All times in seconds. */
export interface Training {
  /** Time of one thread for the gradient of an average sheet. */
  readonly sheet: number;
  /** The same for the largest sheet of a step: no rank finishes the step sooner than this sheet. */
  readonly largest: number;
  /** Number of parameters; each is a float32 in messages. */
  readonly parameters: number;
  /** Time from the start of a process to its first step, on every rank. */
  readonly start: number;
  /** Gradient steps of the whole training. */
  readonly steps: number;
}

export interface Network {
  /** Of one rank in one direction, bytes per second. */
  readonly bandwidth: number;
  /** Of one message, s. */
  readonly latency: number;
}

/**
 * Time to add up the gradients of N ranks and to give the new weights to all of them, each rank with its
 * slice: a reduce-scatter and an all-gather, 2 (N − 1) / N · bytes / bandwidth + 2 log2(N) · latency
 * (Thakur, Rabenseifner, Gropp: Optimization of Collective Communication Operations in MPICH, 2005).
 *
 * @param ranks N, at least 1. One rank sends nothing.
 */
export function exchangeTime(ranks: number, bytes: number, { bandwidth, latency }: Network): number {
  return ((2 * (ranks - 1)) / ranks) * (bytes / bandwidth) + 2 * Math.log2(ranks) * latency;
}

/**
 * Time of one gradient step, if nothing overlaps. Ranks beyond the sheets of the step do nothing, and take
 * no part in the exchange either.
 *
 * @param sheets Sheets of one step: batch size times accumulation.
 */
export function stepTime(training: Training, sheets: number, ranks: number, network: Network): number {
  const busy = Math.min(ranks, sheets);
  const rounds = Math.ceil(sheets / busy);
  const compute = busy === 1 ? sheets * training.sheet : Math.max(rounds * training.sheet, training.largest);
  return compute + exchangeTime(busy, 4 * training.parameters, network);
}

/**
 * How many times as many sheets per second N ranks train as one rank does, start included. Every training
 * sees as many sheets as `steps` steps of `baseSheets` sheets have.
 *
 * @param sheets Sheets of one step over N ranks; more than `baseSheets` means fewer steps.
 */
export function speedUp(
  training: Training,
  {
    baseSheets,
    sheets,
    ranks,
  }: { readonly baseSheets: number; readonly sheets: number; readonly ranks: number },
  network: Network,
): number {
  const runTime = (perStep: number, over: number) =>
    training.start + ((training.steps * baseSheets) / perStep) * stepTime(training, perStep, over, network);
  return runTime(baseSheets, 1) / runTime(sheets, ranks);
}

/**
 * The most ranks, up to `most`, of which each does at least half of what a single one would do.
 *
 * @param sheetsOf Sheets of one step over N ranks.
 */
export function lastThatPays(
  training: Training,
  baseSheets: number,
  sheetsOf: (ranks: number) => number,
  network: Network,
  most: number,
): number {
  for (let ranks = most; ranks > 1; ranks--) {
    const shape = { baseSheets, sheets: sheetsOf(ranks), ranks };
    if (speedUp(training, shape, network) / ranks >= 0.5) return ranks;
  }
  return 1;
}
