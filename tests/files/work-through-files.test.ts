/** Tests how work on many files is spread over threads. */

import { expect, test } from "bun:test";
import { type FileWork, LITTLE_WORK, workThroughFiles } from "../../core/files/work-through-files.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const FOLDER = sharedFolder("work");
const PROGRAM = new URL("../base/answering-worker.ts", import.meta.url);

/** Files of these sizes, in bytes. */
function filesOf(sizes: readonly number[]): string[] {
  return sizes.map((size, index) => FOLDER.write(`${index}-${size}.bin`, Buffer.alloc(size)));
}

/** Asks each file's question; a text for each outcome, as they come. */
async function outcomes(
  paths: readonly string[],
  questions: readonly (string | null)[],
  options: Partial<FileWork<string, string, string>> = {},
): Promise<{ outcomes: string[]; shares: number[] }> {
  const found: string[] = [];
  const shares: number[] = [];
  await workThroughFiles<string, string, string>(paths, {
    program: PROGRAM,
    threads: 1,
    order: "given",
    timeLimit: 60_000,
    work: async (index, ask) => {
      const question = questions[index]!;
      return question === null ? `${index}: here` : `${index}: ${await ask(question)}`;
    },
    onLoss: (index, { file, got, fix }) => `${index}: ${file === paths[index]}, ${got}, ${fix !== undefined}`,
    onOutcome(_, outcome, share) {
      found.push(outcome);
      shares.push(share);
    },
    ...options,
  });
  return { outcomes: found, shares };
}

test("files are taken as they are given, or large ones first; shares count their bytes and reach 1", async () => {
  const paths = filesOf([0, 60_000, 20_000]);
  const questions = ["say: a", "say: b", "say: c"];
  const given = await outcomes(paths, questions);
  expect(given).toEqual({ outcomes: ["0: a", "1: b", "2: c"], shares: [20 / 140, 100 / 140, 1] });
  const bySize = await outcomes(paths, questions, { order: "size" });
  expect(bySize.outcomes).toEqual(["1: b", "2: c", "0: a"]);
});

test("a thread that is lost costs its file alone, and another one takes its place", async () => {
  const questions = ["say: a", "exit", "say: c"];
  const { outcomes: found } = await outcomes(["a", "b", "c"], questions);
  expect(found).toEqual(["0: a", "1: true, the reading thread ended on it, true", "2: c"]);
});

test("work without a question starts no thread", async () => {
  const program = new URL("file:///no/such/program.ts");
  const { outcomes: found } = await outcomes(["a", "b"], [null, null], { program });
  expect(found).toEqual(["0: here", "1: here"]);
});

test("little work on plain files is done on this thread unless threads are asked for", async () => {
  const here = async (question: string) => `${question}, here`;
  const questions = ["say: a", "say: b"];
  const [onThreads, onThisThread] = [
    ["0: a", "1: b"],
    ["0: say: a, here", "1: say: b, here"],
  ];
  const found = async (paths: readonly string[], options: Partial<FileWork<string, string, string>>) =>
    (await outcomes(paths, questions, { here, threads: undefined, ...options })).outcomes.toSorted();
  const small = filesOf([10, 10]);
  expect(await found(small, {})).toEqual(onThisThread);
  expect(await found(small, { threads: 1 })).toEqual(onThreads);
  expect(await found(small, { extraWork: () => LITTLE_WORK / 4 })).toEqual(onThisThread);
  expect(await found(small, { extraWork: () => LITTLE_WORK / 2 })).toEqual(onThreads);
  expect(await found([small[0]!, "missing"], {})).toEqual(onThreads);
});

test("what the work or the receiver of outcomes throws ends the work of all threads", async () => {
  const fail = () => {
    throw new Error("the disk is full");
  };
  const questions = ["say: a", "silence", "say: c"];
  const threads = 2;
  await expect(outcomes(["a", "b", "c"], questions, { threads, onOutcome: fail })).rejects.toThrow("is full");
  await expect(outcomes(["a", "b", "c"], questions, { threads, work: async () => fail() })).rejects.toThrow(
    "is full",
  );
});

test("an aborted signal drops the files under work and rejects with its reason", async () => {
  const stop = new AbortController();
  const working = outcomes(["a", "b"], ["say: a", "silence"], {
    signal: stop.signal,
    onOutcome: () => void setTimeout(() => stop.abort(new Error("enough")), 20),
  });
  await expect(working).rejects.toThrow("enough");
  await expect(outcomes(["a"], ["say: a"], { signal: stop.signal })).rejects.toThrow("enough");
});
