/** Tests how the time of a run is divided into phases. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { NO_PROFILE, PHASES, PhaseClock } from "../../core/training/run-profile.ts";

/** A clock that stands still but for `pass`. */
function fakeClock() {
  let now = 0;
  const pass = (seconds: number) => {
    now += 1000 * seconds;
  };
  return { profile: new PhaseClock(() => now), pass };
}

/** Phase to its time, share and count. */
function rowsOf(profile: PhaseClock): Record<string, string[]> {
  const lines = profile.report().split("\n").slice(2);
  return Object.fromEntries(
    lines.map((line) => line.split(/ {2,}/)).map(([phase, ...cells]) => [phase, cells]),
  );
}

test("PhaseClock has a row per phase and one for all other time", () => {
  const { profile, pass } = fakeClock();
  pass(3);
  profile.during("update", () => pass(1));
  const rows = rowsOf(profile);
  expect(Object.keys(rows)).toEqual([...PHASES, "everything else"]);
  expect(rows.update).toEqual(["1.0s", "25.0 %", "1"]);
  expect(rows["everything else"]).toEqual(["3.0s", "75.0 %"]);
});

test("the time of a phase within another counts for the inner one, and the outer one goes on afterwards", async () => {
  const { profile, pass } = fakeClock();
  await profile.during("hooks", async () => {
    pass(1);
    await profile.during("checkpoints", async () => pass(5));
    pass(2);
  });
  const rows = rowsOf(profile);
  expect(rows.hooks!.at(0)).toBe("3.0s");
  expect(rows.checkpoints!.at(0)).toBe("5.0s");
});

test("work that fails ends its phase, at once or later, and its error comes through", async () => {
  const { profile, pass } = fakeClock();
  const fail = () => {
    pass(1);
    throw new Error("no");
  };
  expect(() => profile.during("update", fail)).toThrow("no");
  await expect(profile.during("gradients", async () => fail())).rejects.toThrow("no");
  pass(4);
  const rows = rowsOf(profile);
  expect([rows.update![0], rows.gradients![0], rows["everything else"]![0]]).toEqual([
    "1.0s",
    "1.0s",
    "4.0s",
  ]);
});

test("without a profile the work is done all the same, and there is no table", () => {
  expect(NO_PROFILE.during("update", () => 7)).toBe(7);
  expect(NO_PROFILE.report()).toBeNull();
});

test("docs/run-folder.md explains every row of the table", () => {
  const page = readFileSync(join(PROJECT_ROOT, "docs", "run-folder.md"), "utf8");
  const section = page.split("\n## How long it takes")[1]!;
  const rows = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, phase]) => phase);
  expect(rows).toEqual([...PHASES, "everything else"]);
});
