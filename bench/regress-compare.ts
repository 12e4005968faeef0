/** Runs the measurements of two folders in turns, and makes ratios of them. */

import { median } from "./median.ts";
import type { FigureKind, Measurement, MeasureOptions, Reading } from "./regress-figures.ts";

export interface Figure extends FigureKind {
  /** Medians of the turns. */
  readonly before: number;
  readonly after: number;
  /** `after` / `before`. */
  readonly ratio: number;
  /** The smallest and the largest ratio of two turns that followed each other. */
  readonly lowest: number;
  readonly highest: number;
  /** One value per turn. */
  readonly turns: { readonly before: readonly number[]; readonly after: readonly number[] };
}

/** A figure that one side does not have, and why. */
export interface Missing {
  readonly name: string;
  readonly side: SideName;
  readonly reason: string;
}

/** A smaller change of a ratio is not called one. */
const LEAST_CHANGE = 0.01;

export type SideName = "before" | "after";

export interface Turns {
  readonly rounds: number;
  readonly folders: Readonly<Record<SideName, string>>;
  /** Called before each run of a program. */
  readonly onTurn: (measurement: string, round: number, side: SideName) => void;
}

/**
 * Runs one measurement for both sides in turns, the first one changing: other work on the machine slows both.
 * A side that fails once is not run again.
 */
export async function inTurns(
  measurement: Measurement,
  { rounds, folders, onTurn }: Turns,
  options: MeasureOptions,
): Promise<{ figures: Figure[]; missing: Missing[] }> {
  const readings: Record<SideName, Reading[]> = { before: [], after: [] };
  const missing: Missing[] = [];
  const count = measurement.isExact ? 1 : rounds;
  // The first run of a program reads its files from the disk, for both sides the same way or not.
  if (measurement.warmsUp) await warmUp(measurement, folders, options);
  for (let round = 0; round < count; round++) {
    const order: readonly SideName[] = round % 2 === 0 ? ["before", "after"] : ["after", "before"];
    for (const side of order) {
      if (missing.some((each) => each.side === side)) continue;
      onTurn(measurement.name, round, side);
      try {
        readings[side].push(await measurement.measure(folders[side], options));
      } catch (error) {
        options.signal.throwIfAborted();
        for (const { name } of measurement.figures)
          missing.push({ name, side, reason: (error as Error).message });
      }
    }
  }
  const figures: Figure[] = [];
  for (const kind of measurement.figures) {
    if (missing.some(({ name }) => name === kind.name)) continue;
    const turns = { before: valuesOf(readings.before, kind), after: valuesOf(readings.after, kind) };
    const lacking = (["before", "after"] as const).filter((side) => turns[side].length < count);
    for (const side of lacking)
      missing.push({ name: kind.name, side, reason: "its program does not say it" });
    if (lacking.length === 0) figures.push(figureOf(kind, turns));
  }
  return { figures, missing };
}

/** Runs both sides once without counting; what fails here fails again, and is reported then. */
async function warmUp(
  measurement: Measurement,
  { before, after }: Turns["folders"],
  options: MeasureOptions,
): Promise<void> {
  for (const folder of [before, after]) {
    await measurement.measure(folder, options).catch(() => options.signal.throwIfAborted());
  }
}

/** @param turns At least one value per side, the same number on both. */
export function figureOf(kind: FigureKind, turns: Figure["turns"]): Figure {
  const [before, after] = [median(turns.before), median(turns.after)];
  const ratios = turns.after.map((value, turn) => value / turns.before[turn]!);
  return {
    ...kind,
    before,
    after,
    ratio: after / before,
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    turns,
  };
}

/** How a figure has changed, where every turn agrees; null if turns contradict each other or it is little. */
export function verdict({ better, ratio, lowest, highest }: Figure): "better" | "worse" | null {
  if (Math.abs(ratio - 1) < LEAST_CHANGE || (lowest <= 1 && highest >= 1)) return null;
  return (better === "more") === lowest > 1 ? "better" : "worse";
}

/** The figures as a table in Markdown. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, unit, before, after, ratio, lowest, highest, turns } = figure;
    const range = turns.after.length > 1 ? `${lowest.toFixed(2)} … ${highest.toFixed(2)}` : "";
    const cells = [digits(before), digits(after), ratio.toFixed(2), range, verdict(figure) ?? ""];
    return `| ${name}, ${unit} | ${cells.join(" | ")} |`;
  });
  return ["| | before | after | ratio | of single turns | |", "|---|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

function valuesOf(readings: readonly Reading[], { name }: FigureKind): number[] {
  return readings.flatMap((reading) => reading[name] ?? []);
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
