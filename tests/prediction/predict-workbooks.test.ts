/** Tests many workbooks on threads: order, losses, signals. */

import { expect, test } from "bun:test";
import { setImmediate } from "node:timers/promises";
import { UserError } from "../../core/base/problem.ts";
import type { DetectorInput } from "../../core/detection/sheet-detector.ts";
import { detectInTurns } from "../../core/prediction/detection-queue.ts";
import { type PredictOptions, predictWorkbooks } from "../../core/prediction/predict-workbooks.ts";
import { HeldTimers } from "../support/held-timers.ts";
import { until } from "../support/until.ts";

const program = new URL("./failing-thread.ts", import.meta.url);
const detector = {
  async detect(sheets: readonly DetectorInput[]) {
    const label = sheets.find((each) => each.label.includes("too large"))?.label;
    if (label !== undefined) throw new UserError({ message: `Cannot compute ${label}` });
    return sheets.map(() => []);
  },
};

/** What became of each, in the order in which it was told. */
async function outcomes(paths: readonly string[], options: Partial<PredictOptions> = {}): Promise<string[]> {
  const told: string[] = [];
  await predictWorkbooks(paths, {
    mode: "model",
    detector,
    program,
    onOutcome(index, outcome) {
      const why =
        outcome.kind === "failed" ? `${outcome.problems[0]!.message}: ${outcome.problems[0]!.got}` : "found";
      told.push(`${paths[index]} ${why}`);
    },
    ...options,
  });
  return told;
}

test("predictWorkbooks() loses the one workbook on which a thread crashes, ends or hangs, and keeps the order", async () => {
  const paths = ["a", "crash", "b", "exit", "hang", "c", "d"];
  using timers = new HeldTimers(1000);
  let done = 0;
  const onProgress = (share: number) => {
    done = share;
  };
  const telling = outcomes(paths, { threads: 2, timeLimit: 1000, onProgress });
  await until(() => done === 6 / 7 && timers.count === 1); // all but the one that hangs
  timers.pass();
  const told = await telling;
  expect(told.map((each) => each.split(" ")[0])).toEqual(paths);
  expect(told.filter((each) => each.endsWith("found"))).toHaveLength(4);
  expect(told[1]).toContain("the reading thread crashed: ");
  expect(told[3]).toContain("the reading thread ended on it");
  expect(told[4]).toContain("no end after 1 s");
});

test("predictWorkbooks() fails only the workbook of a sheet that the network refuses", async () => {
  const told = await outcomes(["a", "too large", "b", "c"], { threads: 4 });
  expect(told).toEqual(["a found", "too large Cannot compute too large: undefined", "b found", "c found"]);
});

test("predictWorkbooks() lets a large sheet wait for another one, also for one on which a thread is lost", async () => {
  const told = await outcomes(["large", "large crash", "large exit", "large too", "a"], { threads: 3 });
  expect(told.filter((each) => each.endsWith("found"))).toEqual([
    "large found",
    "large too found",
    "a found",
  ]);
  expect(told[1]).toContain("the reading thread crashed: ");
  expect(told[2]).toContain("the reading thread ended on it");
});

test("predictWorkbooks() reports how much is done, up to all of it", async () => {
  const shares: number[] = [];
  await outcomes(["a", "b", "c"], { onProgress: (share) => shares.push(share) });
  expect(shares).toHaveLength(3);
  expect(shares.at(-1)).toBe(1);
});

test("predictWorkbooks() ends with the reason of its signal, and with what the output throws", async () => {
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error("enough"));
  const stopped = outcomes(["a", "hang", "hang too"], { signal: stop.signal, onProgress });
  await expect(stopped).rejects.toThrow("enough");
  const onOutcome = () => {
    throw new Error("the disk is full");
  };
  await expect(outcomes(["a", "hang", "b"], { threads: 2, onOutcome })).rejects.toThrow("the disk is full");
});

test("detectInTurns() sends together what came while the detector was busy", async () => {
  const batches: string[][] = [];
  const detect = detectInTurns(
    {
      async detect(sheets) {
        batches.push(sheets.map(({ label }) => label));
        await setImmediate();
        return sheets.map(({ label }) => [
          { range: { top: 1, left: 1, bottom: 1, right: 1 }, score: Number(label) },
        ]);
      },
    },
    new AbortController().signal,
  );
  const grid = { height: 1, width: 1, vectors: new Uint32Array(3), cells: new Uint16Array(1) };
  const ask = async (...labels: string[]) => {
    const tables = await detect(labels.map((label) => ({ grid, label })));
    return tables.map(([only]) => String(only!.score));
  };
  const answers = await Promise.all([ask("1"), ask("2", "3"), ask("4")]);
  expect(answers).toEqual([["1"], ["2", "3"], ["4"]]);
  expect(batches).toEqual([["1"], ["2", "3", "4"]]);
});

test("detectInTurns() asks the detector for nothing more once its signal is aborted", async () => {
  const closing = new AbortController();
  const busy = Promise.withResolvers<never>();
  let calls = 0;
  const engine = {
    detect() {
      calls++;
      return busy.promise;
    },
  };
  const detect = detectInTurns(engine, closing.signal);
  const grid = { height: 1, width: 1, vectors: new Uint32Array(4), cells: new Uint16Array(1) };
  const ask = (label: string) => detect([{ grid, label }]).catch((error: Error) => error.message);
  const all = [ask("a"), ask("b"), ask("c")];
  closing.abort(new Error("closing"));
  busy.reject(new Error("The engine was closed"));
  expect(await Promise.all(all)).toEqual(["The engine was closed", "closing", "closing"]);
  expect([await ask("late"), calls]).toEqual(["closing", 1]);
});

test("predictWorkbooks() gives a turn that is kept to the next thread once the workbook is done", async () => {
  const asked: string[] = [];
  const noting = {
    async detect(sheets: readonly DetectorInput[]) {
      for (const { label } of sheets) asked.push(label);
      return sheets.map(() => []);
    },
  };
  await outcomes(["large keeps twice a", "large keeps twice b"], { threads: 2, detector: noting });
  expect(asked[1]).toBe(asked[0]!);
  expect(asked[3]).toBe(asked[2]!);
  asked.length = 0;
  // Neither asks again before the other has asked, which it can only do with its turn.
  const bytes = new Uint8Array(new SharedArrayBuffer(1));
  const opening = {
    async detect(sheets: readonly DetectorInput[]) {
      for (const { label } of sheets) asked.push(label);
      if (asked.length === 2) Atomics.store(bytes, 0, 1);
      return sheets.map(() => []);
    },
  };
  const paths = ["large twice a", "large twice b"];
  await outcomes(paths, { threads: 2, detector: opening, bytes: () => bytes });
  expect(asked.slice(0, 2).sort()).toEqual(paths);
});
