/** The two lines that show on a terminal how a run goes, fitted to its width. */

import { formatDuration, formatMetric, progressBar } from "../../core/plugin.ts";

/** What is known of a run after a gradient step. */
export interface LiveFacts {
  /** The epoch under way, from 1. */
  readonly epoch: number;
  readonly maxEpochs: number;
  /** Gradient steps of the whole run. */
  readonly step: number;
  readonly totalSteps: number;
  /** Sheets of this epoch. */
  readonly sheetsDone: number;
  readonly sheets: number;
  /** Seconds that the whole run still takes; NaN while nobody knows. */
  readonly eta: number;
  /** NaN before the first step. */
  readonly sheetsPerSecond: number;
  /** The running mean; NaN before the first step. */
  readonly loss: number;
  /** Of the last validation; null before it. */
  readonly valLoss: number | null;
  /** The best validation so far; null before it. */
  readonly best: { readonly f1: number; readonly epoch: number | null } | null;
  /** How many sheets are being validated; 0: the epoch is still training. */
  readonly validating: number;
  /** What plugins add, by name. */
  readonly values: Readonly<Record<string, number>>;
}

/** Between two words. */
const GAP = "  ";
const WIDEST_BAR = 24;
const NARROWEST_BAR = 4;
/** From this width of the bar on, numbers have their units. */
const ROOMY_BAR = 10;

/** A word with its importance: where not all fit, those with the highest numbers are left out. */
interface Word {
  readonly text: string;
  readonly rank: number;
}

/**
 * Two lines: how far the run is, and how good it is. Neither is wider than the terminal.
 *
 * @param columns The width of the terminal in characters.
 */
export function liveText(facts: LiveFacts, columns: number): string {
  const width = columns - 1;
  return `${advance(facts, width)}\n${fitting(quality(facts), width)}`;
}

/** The same facts for a log, which has no bar: one line of any length. */
export function logText(facts: LiveFacts): string {
  const words = [epochWord(facts), ...counts(facts, true), ...quality(facts)];
  return words.map(({ text }) => text).join(GAP);
}

function advance(facts: LiveFacts, width: number): string {
  const share = facts.sheetsDone / facts.sheets;
  for (const [hasUnits, narrowest] of [
    [true, ROOMY_BAR],
    [false, NARROWEST_BAR],
  ] as const) {
    const words = counts(facts, hasUnits);
    const others = [epochWord(facts), ...words].map(({ text }) => text);
    const room = width - textWidth(others.join(GAP)) - GAP.length;
    if (room < narrowest) continue;
    const bar = progressBar(share, Math.min(room, WIDEST_BAR));
    return [others[0], bar, ...others.slice(1)].join(GAP);
  }
  return fitting([epochWord(facts), ...counts(facts, false)], width);
}

function epochWord({ epoch, maxEpochs }: LiveFacts): Word {
  return { text: `epoch ${epoch}/${maxEpochs}`, rank: 0 };
}

/** @param hasUnits False for short words. */
function counts(facts: LiveFacts, hasUnits: boolean): Word[] {
  const { sheetsDone, sheets, sheetsPerSecond, eta, validating } = facts;
  const words: Word[] = [];
  if (validating > 0) words.push({ text: `validating ${validating} sheets`, rank: 1 });
  else words.push({ text: `${sheetsDone}/${sheets}${hasUnits ? " sheets" : ""}`, rank: 1 });
  if (Number.isFinite(sheetsPerSecond) && validating === 0) {
    words.push({ text: `${sheetsPerSecond.toFixed(1)}${hasUnits ? " sheets/s" : "/s"}`, rank: 3 });
  }
  if (Number.isFinite(eta)) words.push({ text: `ETA ${formatDuration(eta)}`, rank: 2 });
  return words;
}

function quality({ step, totalSteps, loss, valLoss, best, values }: LiveFacts): Word[] {
  const words: Word[] = [{ text: `step ${step}/${totalSteps}`, rank: 1 }];
  if (Number.isFinite(loss)) words.push({ text: `loss ${loss.toFixed(3)}`, rank: 0 });
  if (valLoss !== null) words.push({ text: `val loss ${valLoss.toFixed(3)}`, rank: 4 });
  if (best !== null) words.push({ text: bestWord(best), rank: 2 });
  for (const [name, value] of Object.entries(values)) {
    words.push({ text: `${name} ${shortNumber(value)}`, rank: 3 });
  }
  return words;
}

/** An F1 of 0 is the best of nothing. */
function bestWord({ f1, epoch }: NonNullable<LiveFacts["best"]>): string {
  if (f1 === 0) return "f1 0";
  return `best f1 ${formatMetric(f1, 3)}${epoch === null ? "" : ` (epoch ${epoch})`}`;
}

/** At most four digits: `0.1234`, `12.35`, `1.000e-4`. */
function shortNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

/** The words in their order, without the least important ones for which there is no room. */
function fitting(words: readonly Word[], width: number): string {
  const kept = new Set<Word>();
  let used = -GAP.length;
  for (const word of [...words].sort((a, b) => a.rank - b.rank)) {
    const needed = GAP.length + textWidth(word.text);
    if (used + needed > width) continue;
    used += needed;
    kept.add(word);
  }
  const shown = words.filter((word) => kept.has(word));
  return shown.map(({ text }) => text).join(GAP);
}

/** In columns of a terminal. */
function textWidth(text: string): number {
  return Bun.stringWidth(text);
}
