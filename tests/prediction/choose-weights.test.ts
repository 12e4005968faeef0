/** Tests which arguments are weights, and that nothing is predicted where other weights may be meant. */

import { afterAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { chooseWeights } from "../../core/prediction/choose-weights.ts";
import { locatePretrained } from "../../core/pretrained/locate-pretrained.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const temporary = temporaryFolder("choose-weights");
afterAll(() => temporary.remove());
const runs = temporary.join("runs");
const run = join(runs, "mine 2026-11-23 12:00");
const best = temporary.write("runs/mine 2026-11-23 12:00/checkpoints/best.pt", "");
const book = temporary.write("books/a.xlsx", "");
const books = temporary.join("books");

const choose = (args: readonly string[], option?: string) => chooseWeights(args, option, runs);

function refusal(...args: readonly string[]): string {
  try {
    choose(args);
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) return error.message;
    throw error;
  }
  throw new Error(`${args.join(" ")}: not refused`);
}

test("chooseWeights() takes a checkpoint as the first argument or as the option", () => {
  for (const named of [run, join(run, "checkpoints"), best, "latest", "mine 2026-11-23 12:00"]) {
    expect(choose([named, book, books])).toEqual({ checkpoint: best, names: [book, books] });
    expect(choose([book, books], named)).toEqual({ checkpoint: best, names: [book, books] });
  }
  expect(choose(["pretrained", book]).checkpoint).toBe(locatePretrained());
  expect(choose([book, "-", "absent.xlsx"])).toEqual({
    checkpoint: null,
    names: [book, "-", "absent.xlsx"],
  });
});

test("chooseWeights() refuses a checkpoint behind a workbook, and two of them", () => {
  expect(refusal(book, run)).toContain(`fix       --checkpoint "${run}"`);
  expect(refusal(book, best)).toContain("they are named among the workbooks");
  expect(refusal(book, "mine 2026-11-23 12:00")).toContain("the name of a run as a workbook");
  expect(refusal(book, "latest")).toContain("--checkpoint latest");
  expect(refusal(run, best, book)).toContain("--checkpoint");
});

test("chooseWeights() refuses a path that may be a misspelt run, and names the nearest", () => {
  const typo = join(runs, "mine 2026-11-23 12:01");
  expect(refusal(typo, book)).toContain(`if you mean a run, name the nearest run: "${run}"`);
  expect(refusal(book, typo)).toContain("no such path");
  expect(refusal(runs, book)).toContain("a folder of runs");
  mkdirSync(join(runs, "empty", "checkpoints"), { recursive: true });
  expect(refusal(join(runs, "empty"), book)).toContain("no checkpoint");
  expect(refusal("gone.pt", book)).toContain("Cannot find a checkpoint");
  const slip = join(run, "checkpoints", "bets.pt");
  expect(refusal(slip, book)).toContain(`fix       the nearest file: "${best}"`);
});

test("chooseWeights() sees a run's folder that came in pieces", () => {
  expect(refusal(...run.split(" "), book)).toContain(`fix       "${run}"`);
});
