/** Tests the threads that read workbooks: their number, their order, their loss and their end. */

import { expect, test } from "bun:test";
import { UserError } from "../../core/base/problem.ts";
import { WorkbookThreads } from "../../core/library/workbook-threads.ts";

const PROGRAM = new URL("../base/answering-worker.ts", import.meta.url);
const LONG = 60_000;

const start = (threads: number, timeLimit = LONG) =>
  new WorkbookThreads<string, string>({ program: PROGRAM, threads, timeLimit });
const failureOf = (call: Promise<unknown>): Promise<unknown> => call.then(() => null).catch((error) => error);

test("work waits in order for a free place, and no more runs than there are places", async () => {
  const threads = start(2);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const work = Array.from({ length: 8 }, (_, at) =>
    threads.run(`${at}`, async (ask) => {
      begun.push(at);
      most = Math.max(most, ++running);
      const answer = await ask(`say: ${at}`);
      running--;
      return answer;
    }),
  );
  expect(await Promise.all(work)).toEqual(Array.from({ length: 8 }, (_, at) => `${at}`));
  expect([begun, most]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], 2]);
  threads.close(new Error("over"));
});

for (const [question, timeLimit, reason] of [
  ["crash", LONG, "out of luck"],
  ["exit", LONG, "ended on it"],
  ["silence", 50, "no end after"],
] as const) {
  test(`a thread that is lost on "${question}" costs its own work alone`, async () => {
    const threads = start(1, timeLimit);
    const lost = (await failureOf(threads.run("bad.xlsx", (ask) => ask(question)))) as UserError;
    expect(lost).toBeInstanceOf(UserError);
    expect(lost.problems[0]).toMatchObject({ file: "bad.xlsx", got: expect.stringContaining(reason) });
    const patient = start(1);
    expect(await patient.run("good.xlsx", (ask) => ask("say: fine"))).toBe("fine");
    for (const each of [threads, patient]) each.close(new Error("over"));
  });
}

test("after a loss the next work gets a new thread", async () => {
  const threads = start(1);
  await failureOf(threads.run("bad.xlsx", (ask) => ask("crash")));
  expect(await threads.run("good.xlsx", (ask) => ask("say: fine"))).toBe("fine");
  threads.close(new Error("over"));
});

test("aborted work gives its place to the next, also if it never began", async () => {
  const threads = start(1);
  const [first, second] = [new AbortController(), new AbortController()];
  const working = failureOf(threads.run("a", (ask) => ask("silence"), first.signal));
  const waiting = failureOf(threads.run("b", (ask) => ask("say: never"), second.signal));
  const last = threads.run("c", (ask) => ask("say: done"));
  second.abort(new Error("b"));
  first.abort(new Error("a"));
  expect(await Promise.all([working, waiting])).toEqual([new Error("a"), new Error("b")]);
  expect(await last).toBe("done");
  threads.close(new Error("over"));
});

test("close() rejects all work with its reason, now and later", async () => {
  const threads = start(1);
  const over = new UserError({ message: "over" });
  const all = [threads.run("a", (ask) => ask("silence")), threads.run("b", (ask) => ask("say: never"))];
  const failures = Promise.all(all.map(failureOf));
  threads.close(over);
  expect(await failures).toEqual([over, over]);
  expect(await failureOf(threads.run("c", (ask) => ask("say: never")))).toBe(over);
});
