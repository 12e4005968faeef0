/**
 * Tests how a process finds out that it is to outlive its terminal, from processes described as Linux does.
 */

import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isHangUpIgnored } from "../../core/console/hang-up.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface FakeProcess {
  readonly id: string;
  readonly name: string;
  readonly parent: string;
  readonly ignored?: string;
  /** The entry `_` of its environment. */
  readonly program?: string;
  /** The flags of its standard input, which is /dev/null; left out: a terminal. */
  readonly nullFlags?: string;
}

const SELF: FakeProcess = { id: "self", name: "bun", parent: "20" };
const BUN_RUN: FakeProcess = { id: "20", name: "bun", parent: "10" };
const SHELL: FakeProcess = { id: "10", name: "bash", parent: "1" };
const INIT: FakeProcess = { id: "1", name: "init", parent: "0", ignored: "0000000000000001" };

/** Whether a hang-up is ignored among these processes, as Linux describes them. */
function isIgnored(...processes: FakeProcess[]): boolean {
  using folder = temporaryFolder("proc");
  for (const { id, name, parent, ignored = "0000000000001000", program, nullFlags } of processes) {
    const own = folder.join(id);
    mkdirSync(join(own, "fd"), { recursive: true });
    mkdirSync(join(own, "fdinfo"));
    writeFileSync(join(own, "status"), `Name:\t${name}\nPPid:\t${parent}\nSigIgn:\t${ignored}\n`);
    writeFileSync(join(own, "environ"), program ? `A=1\0_=${program}\0` : "A=1\0");
    symlinkSync(nullFlags ? "/dev/null" : "/dev/pts/0", join(own, "fd", "0"));
    writeFileSync(join(own, "fdinfo", "0"), `pos:\t0\nflags:\t${nullFlags ?? "02"}\n`);
  }
  return isHangUpIgnored(folder.path, {});
}

test("isHangUpIgnored() is false for a process of a terminal, whatever init does", () => {
  expect(isIgnored(SELF, BUN_RUN, SHELL, INIT)).toBe(false);
  expect(isIgnored({ ...SELF, parent: "10" }, SHELL, INIT)).toBe(false);
});

test("isHangUpIgnored() is true if the process itself was started so", () => {
  expect(isIgnored({ ...SELF, ignored: "0000000001001001" }, BUN_RUN, SHELL)).toBe(true);
});

test("isHangUpIgnored() finds nohup before bun run by its program, or by the input that nohup leaves", () => {
  expect(isIgnored(SELF, { ...BUN_RUN, program: "/usr/bin/nohup" }, SHELL)).toBe(true);
  expect(isIgnored(SELF, { ...BUN_RUN, nullFlags: "0100001" }, SHELL)).toBe(true);
  expect(isIgnored(SELF, { ...BUN_RUN, nullFlags: "0100000" }, SHELL)).toBe(false);
});

test("isHangUpIgnored() finds the script that nohup has started", () => {
  expect(isIgnored(SELF, BUN_RUN, { ...SHELL, ignored: "0000000000000001" }, INIT)).toBe(true);
});

test("isHangUpIgnored() is false where processes cannot be looked at, except for nohup by itself", () => {
  expect(isHangUpIgnored("/no/such/folder", {})).toBe(false);
  expect(isHangUpIgnored("/no/such/folder", { _: "/usr/bin/nohup" })).toBe(true);
  expect(isHangUpIgnored("/no/such/folder", { _: "/usr/bin/bun" })).toBe(false);
});
