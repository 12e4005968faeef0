/** Columns of any kind of value, as samples and exports have them. */

import type { Random } from "../../base/random.ts";
import { logInteger, rounded, weighted } from "../draw.ts";
import { identifier, phrase, sentence, word } from "../vocabulary/phrases.ts";
import type { ColumnSource } from "./plan-values.ts";
import type { PlannedFormula, PlannedValue } from "./table-plan.ts";

const ERRORS = ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!"] as const;
export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Draws a value for a row of the body, from 0. */
type Draw = (row: number) => PlannedValue;

export interface DummyColumn {
  readonly draw: Draw;
  readonly format: ColumnSource["format"];
}

/** The column number `at` of a table, from 0. */
export function drawDummyColumn(random: Random, at: number): DummyColumn {
  const plain = (draw: Draw): DummyColumn => ({ draw, format: null });
  const kind = weighted(random, [
    ["sequence", at === 0 ? 8 : 1],
    ["integer", 4],
    ["decimal", 3],
    ["fine", 2],
    ["word", 4],
    ["choice", 4],
    ["phrase", 2],
    ["long", 0.7],
    ["address", 1],
    ["code", 2],
    ["boolean", 1],
    ["date", 1.5],
    ["text date", 0.7],
    ["time", 0.3],
    ["guid", 0.3],
    ["path", 0.5],
    ["numeral text", 0.6],
    ["formula", at > 0 ? 1 : 0],
    ["mixed", 0.6],
    ["error", 0.2],
    ["constant", 0.5],
    ["empty", at > 0 ? 0.4 : 0],
    ["letter", 1],
  ]);
  switch (kind) {
    case "sequence": {
      const start = random.pick([0, 1, 1, 1, 100, 1001, random.integer(1, 99_999)]);
      const step = random.pick([1, 1, 1, 2, 5, 10]);
      return plain((row) => start + row * step);
    }
    case "integer": {
      const most = random.pick([1, 5, 10, 100, 100, 1000, 100_000, 10_000_000]);
      return plain(() => random.integer(0, most));
    }
    case "decimal": {
      const most = random.pick([1, 10, 100, 10_000]);
      const sign = random.chance(0.15) ? -1 : 1;
      return {
        format: random.chance(0.3) ? "decimal" : null,
        draw: () => rounded(random.uniform() * most, 2) * (sign < 0 && random.chance(0.5) ? -1 : 1),
      };
    }
    case "fine": {
      const most = random.pick([1, 1, 10, 1000]);
      return plain(() => random.uniform() * most);
    }
    case "word":
      return plain(() => word(random));
    case "choice": {
      const values = Array.from({ length: random.integer(2, 5) }, () => word(random));
      return plain(() => random.pick(values));
    }
    case "phrase":
      return plain(() => phrase(random, 2, 6));
    case "long":
      return plain(() => sentence(random));
    case "address":
      return plain((row) => `${LETTERS[at % 26]}${row + 2}`);
    case "code": {
      const prefix = random.pick(["SKU-", "A", "X", "ORD", "", "ID-", "T", "No. "]);
      const start = random.integer(1, 90_000);
      return plain((row) => `${prefix}${String(start + row).padStart(4, "0")}`);
    }
    case "boolean":
      return plain(() => random.chance(0.6));
    case "date":
    case "time": {
      const start = Date.UTC(random.integer(1990, 2025), random.integer(0, 11), random.integer(1, 28));
      const step = random.pick([1, 1, 7, 30, 0]) * 86_400_000;
      const isTimed = kind === "time";
      return {
        format: "date",
        draw: (row) =>
          new Date(
            start +
              (step > 0 ? row * step : random.integer(0, 700) * 86_400_000) +
              (isTimed ? random.integer(0, 86_399) * 1000 : 0),
          ),
      };
    }
    case "text date": {
      const year = random.integer(2005, 2025);
      const two = (value: number) => String(value).padStart(2, "0");
      return plain(() => `${two(random.integer(1, 28))}/${two(random.integer(1, 12))}/${year}`);
    }
    case "guid": {
      const hex = (length: number) => random.uint32().toString(16).padStart(8, "0").slice(0, length);
      return plain(() => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(8)}${hex(4)}`);
    }
    case "path":
      return plain(() => `/${identifier(random)}/${identifier(random)}/${word(random)}.xml`);
    case "numeral text":
      return plain(() => String(random.integer(0, 99_999)));
    case "formula": {
      const factor = random.integer(2, 9);
      return plain(
        (row): PlannedFormula => ({
          computed: random.integer(1, 1000),
          write: (address) => `${address(row, at - 1)}*${factor}`,
        }),
      );
    }
    case "mixed":
      return plain(() => {
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
      });
    case "error":
      return plain(() => ({ error: random.pick(ERRORS) }));
    case "constant": {
      const value = random.chance(0.5) ? word(random) : logInteger(random, 1, 10_000);
      return plain(() => value);
    }
    case "empty":
      return plain(() => null);
    default:
      return plain((row) => LETTERS[row % 26]!);
  }
}
