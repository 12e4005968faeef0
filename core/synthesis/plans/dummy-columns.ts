/** Draws columns of any kind of value, as they stand in samples, exports and test files. */

import type { Random } from "../../base/random.ts";
import { logInteger, rounded, weighted } from "../draw.ts";
import { identifier, phrase, sentence, word } from "../vocabulary/phrases.ts";
import type { ColumnSource } from "./plan-values.ts";
import type { PlannedFormula, PlannedValue } from "./table-plan.ts";

const ERRORS = ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!"] as const;
export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const MS_PER_DAY = 86_400_000;

/** Draws a value for a row of the body, counted from 0. */
type Draw = (row: number) => PlannedValue;

export interface DummyColumn {
  readonly draw: Draw;
  readonly format: ColumnSource["format"];
}

/**
 * Draws what the values of a column have in common. `at` is the index of the column in its table, from 0.
 */
type Kind = (random: Random, at: number) => DummyColumn;

/** How often a kind of column comes, in the first column of a table and in the others. */
interface Weights {
  readonly first: number;
  readonly others: number;
}

const always = (weight: number): Weights => ({ first: weight, others: weight });

/** A kind whose numbers and dates have no format. */
function plain(kind: (random: Random, at: number) => Draw): Kind {
  return (random, at) => ({ draw: kind(random, at), format: null });
}

/** Every kind of column. Another order would give other sheets for the same seed. */
const KINDS: readonly (readonly [kind: Kind, weights: Weights])[] = [
  [plain(sequence), { first: 8, others: 1 }],
  [plain(integers), always(4)],
  [decimals, always(3)],
  [plain(fineNumbers), always(2)],
  [plain((random) => () => word(random)), always(4)],
  [plain(choices), always(4)],
  [plain((random) => () => phrase(random, 2, 6)), always(2)],
  [plain((random) => () => sentence(random)), always(0.7)],
  [plain((_, at) => (row) => `${LETTERS[at % 26]}${row + 2}`), always(1)],
  [plain(codes), always(2)],
  [plain((random) => () => random.chance(0.6)), always(1)],
  [(random) => dates(random, false), always(1.5)],
  [plain(textDates), always(0.7)],
  [(random) => dates(random, true), always(0.3)],
  [plain(guids), always(0.3)],
  [plain((random) => () => `/${identifier(random)}/${identifier(random)}/${word(random)}.xml`), always(0.5)],
  [plain((random) => () => String(random.integer(0, 99_999))), always(0.6)],
  [plain(formulas), { first: 0, others: 1 }],
  [plain(mixed), always(0.6)],
  [plain((random) => () => ({ error: random.pick(ERRORS) })), always(0.2)],
  [plain(constant), always(0.5)],
  [plain(() => () => null), { first: 0, others: 0.4 }],
  [plain(() => (row) => LETTERS[row % 26]!), always(1)],
];

/** A column of a random kind. `at` is its index in the table, from 0. */
export function drawDummyColumn(random: Random, at: number): DummyColumn {
  const kind = weighted(
    random,
    KINDS.map(([each, weights]) => [each, at === 0 ? weights.first : weights.others] as const),
  );
  return kind(random, at);
}

function sequence(random: Random): Draw {
  const start = random.pick([0, 1, 1, 1, 100, 1001, random.integer(1, 99_999)]);
  const step = random.pick([1, 1, 1, 2, 5, 10]);
  return (row) => start + row * step;
}

function integers(random: Random): Draw {
  const most = random.pick([1, 5, 10, 100, 100, 1000, 100_000, 10_000_000]);
  return () => random.integer(0, most);
}

/** Numbers with two decimals, in some columns of both signs. */
function decimals(random: Random): DummyColumn {
  const most = random.pick([1, 10, 100, 10_000]);
  const hasNegative = random.chance(0.15);
  return {
    format: random.chance(0.3) ? "decimal" : null,
    draw: () => rounded(random.uniform() * most, 2) * (hasNegative && random.chance(0.5) ? -1 : 1),
  };
}

/** Numbers with all their digits. */
function fineNumbers(random: Random): Draw {
  const most = random.pick([1, 1, 10, 1000]);
  return () => random.uniform() * most;
}

function choices(random: Random): Draw {
  const values = Array.from({ length: random.integer(2, 5) }, () => word(random));
  return () => random.pick(values);
}

function codes(random: Random): Draw {
  const prefix = random.pick(["SKU-", "A", "X", "ORD", "", "ID-", "T", "No. "]);
  const start = random.integer(1, 90_000);
  return (row) => `${prefix}${String(start + row).padStart(4, "0")}`;
}

/** Dates at equal distances or in no order, with a time of day or without. */
function dates(random: Random, isTimed: boolean): DummyColumn {
  const start = Date.UTC(random.integer(1990, 2025), random.integer(0, 11), random.integer(1, 28));
  const step = random.pick([1, 1, 7, 30, 0]);
  const day = (row: number) => (step > 0 ? row * step : random.integer(0, 700));
  const second = () => (isTimed ? random.integer(0, 86_399) : 0);
  return { format: "date", draw: (row) => new Date(start + day(row) * MS_PER_DAY + second() * 1000) };
}

/** Dates that were exported as texts. */
function textDates(random: Random): Draw {
  const year = random.integer(2005, 2025);
  const two = (value: number) => String(value).padStart(2, "0");
  return () => `${two(random.integer(1, 28))}/${two(random.integer(1, 12))}/${year}`;
}

function guids(random: Random): Draw {
  const hex = (length: number) => random.uint32().toString(16).padStart(8, "0").slice(0, length);
  return () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(8)}${hex(4)}`;
}

/** Products of the column to the left, which is why the first column of a table cannot hold them. */
function formulas(random: Random, at: number): Draw {
  const factor = random.integer(2, 9);
  return (row): PlannedFormula => ({
    computed: random.integer(1, 1000),
    write: (address) => `${address(row, at - 1)}*${factor}`,
  });
}

/** Values of several kinds in one column. */
function mixed(random: Random): Draw {
  return () => {
    switch (random.integer(0, 4)) {
      case 0:
        return random.integer(0, 100);
      case 1:
        return random.chance(0.5);
      case 2:
        return random.uniform() * 100;
      default:
        return word(random);
    }
  };
}

function constant(random: Random): Draw {
  const value = random.chance(0.5) ? word(random) : logInteger(random, 1, 10_000);
  return () => value;
}
