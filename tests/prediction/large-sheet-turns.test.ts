/** Large sheets are in memory one at a time. */

import { expect, test } from "bun:test";
import { largeSheetTurns } from "../../core/prediction/large-sheet-turns.ts";

/** What took its turn so far. */
async function settled(): Promise<void> {
  for (let times = 0; times < 5; times++) await Promise.resolve();
}

test("a turn waits until the one before is released", async () => {
  const newTurn = largeSheetTurns();
  const [first, second, third] = [newTurn(), newTurn(), newTurn()];
  const taken: string[] = [];
  await first.take();
  const waiting = [
    second.take().then(() => taken.push("second")),
    third.take().then(() => taken.push("third")),
  ];
  await first.take(); // it has it already
  await settled();
  expect(taken).toEqual([]);
  first.release();
  await settled();
  expect(taken).toEqual(["second"]);
  second.release();
  await Promise.all(waiting);
  expect(taken).toEqual(["second", "third"]);
});

test("a thread that is gone gives its turn away, and its place in the queue", async () => {
  const newTurn = largeSheetTurns();
  const [first, gone, last] = [newTurn(), newTurn(), newTurn()];
  await first.take();
  void gone.take();
  const waiting = last.take();
  gone[Symbol.dispose]();
  first[Symbol.dispose]();
  await waiting;
  first.release(); // it has none any more
  const next = newTurn();
  let isTaken = false;
  const taking = next.take().then(() => {
    isTaken = true;
  });
  await settled();
  expect(isTaken).toBe(false);
  last.release();
  await taking;
});
