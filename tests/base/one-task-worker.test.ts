/** Tests a worker that answers one question at a time, and what its loss costs. */

import { expect, test } from "bun:test";
import { OneTaskWorker, WorkerLoss } from "../../core/base/one-task-worker.ts";

const PROGRAM = new URL("./answering-worker.ts", import.meta.url);
const LONG = 60_000;

const start = () => new OneTaskWorker<string, string>(PROGRAM, "talking thread");

/** What a question is rejected with. */
const failureOf = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(() => null).catch((error) => error);

test("a worker answers one question after another until it is stopped", async () => {
  const worker = start();
  expect(await worker.ask("say: one", LONG)).toBe("one");
  expect(await worker.ask("say: two", LONG)).toBe("two");
  expect(worker.isDead).toBe(false);
  worker.stop();
  expect(worker.isDead).toBe(true);
});

for (const [question, timeLimit, message] of [
  ["crash", LONG, /^the talking thread crashed: .*out of luck/s],
  ["exit", LONG, /^the talking thread ended on it$/],
  ["silence", 50, /^no end after 0 s$/],
] as const) {
  test(`a worker that is lost on "${question}" says so, then and to every later question`, async () => {
    const worker = start();
    const loss = await failureOf(worker.ask(question, timeLimit));
    expect(loss).toBeInstanceOf(WorkerLoss);
    expect((loss as Error).message).toMatch(message);
    expect(worker.isDead).toBe(true);
    expect(await failureOf(worker.ask("say: anything", LONG))).toBe(loss);
  });
}

test("stop() fails the question without an answer, and that is no loss", async () => {
  const worker = start();
  const failure = failureOf(worker.ask("silence", LONG));
  worker.stop();
  expect(await failure).toBeInstanceOf(Error);
  expect(await failure).not.toBeInstanceOf(WorkerLoss);
});
