/** Tests how a process is distinguished from a later one with the same number. */

import { expect, test } from "bun:test";
import {
  isAlive,
  isTagAlive,
  ownIdentity,
  processStart,
  processTag,
} from "../../core/files/process-identity.ts";

const own = ownIdentity();

test("processStart() tells processes apart, and knows those that ended", async () => {
  const own = processStart(process.pid);
  expect(own).toBeDefined();
  expect(processStart(process.pid)).toBe(own!);
  const child = Bun.spawn(["cat"], { stdin: "pipe" });
  const other = processStart(child.pid);
  expect(other).toBeDefined();
  if (own !== null) expect(other).not.toBe(own!);
  child.kill("SIGKILL");
  await child.exited;
  expect(processStart(child.pid)).toBeUndefined();
});

test("isAlive() and isTagAlive() know this process, and a process that ended", async () => {
  expect(isAlive(own)).toBe(true);
  expect(isTagAlive(processTag())).toBe(true);
  const child = Bun.spawn(["cat"], { stdin: "pipe" });
  const other = { ...own, pid: child.pid, start: processStart(child.pid)! };
  expect([isAlive(other), isTagAlive(processTag(other))]).toEqual([true, true]);
  child.kill("SIGKILL");
  await child.exited;
  expect([isAlive(other), isTagAlive(processTag(other))]).toEqual([false, false]);
});

test.skipIf(own.start === null)(
  "a number that was given to another process does not bring the first one back",
  () => {
    const earlier = { ...own, start: `${own.start}0` };
    expect(isAlive(earlier)).toBe(false);
    expect(isTagAlive(processTag(earlier))).toBe(false);
  },
);

test("a process counts as alive if the system did not say when it started", () => {
  const unknown = { ...own, start: null };
  expect([isAlive(unknown), isTagAlive(processTag(unknown))]).toEqual([true, true]);
});

test("a process elsewhere counts as alive whatever runs here", () => {
  const elsewhere = [
    { ...own, host: `${own.host}-2`, pid: 2 ** 30 },
    { ...own, namespace: "pid:[1]", pid: 2 ** 30 },
  ];
  expect(elsewhere.map(isAlive)).toEqual([true, true]);
  expect(elsewhere.map((each) => isTagAlive(processTag(each)))).toEqual([true, true]);
  expect(isAlive({ ...own, pid: 2 ** 30 })).toBe(false);
});

test("isTagAlive() takes other text for no process", () => {
  for (const text of ["", "4711", "a-b-c", `${processTag()}-1`]) expect(isTagAlive(text)).toBe(false);
});
