/** Tests how runs are found by what a user calls them. */

import { afterAll, expect, test } from "bun:test";
import { basename, join } from "node:path";
import { namedRuns } from "../../core/runs/named-runs.ts";
import { writeRecordedRun } from "../support/recorded-run.ts";
import { refusal } from "../support/refusal.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder("named-runs");
afterAll(() => folder.remove());
const at = (day: number) => ({ record: { starts: [{ at: `2026-11-${day}T02:02:25.327Z`, step: 0 }] } });
writeRecordedRun(folder.join("tiny 2026-11-28 10:00"), at(28));
writeRecordedRun(folder.join("tiny 2026-11-29 10:00"), at(29));
writeRecordedRun(folder.join("tiny 2026-11-29 10:00 (2)"), at(29));
const named = (...words: string[]) => namedRuns(words, folder.path).map((path) => basename(path));

test("namedRuns() takes a folder, a whole name before a part of one, a part, and latest", () => {
  const path = join(folder.path, "tiny 2026-11-28 10:00");
  expect(namedRuns([path], "/nowhere")).toEqual([path]);
  expect(named("tiny 2026-11-29 10:00", "11-28")).toEqual(["tiny 2026-11-29 10:00", "tiny 2026-11-28 10:00"]);
  expect(named("latest")).toEqual(["tiny 2026-11-29 10:00 (2)"]);
  expect(named("11-28", "tiny 2026-11-28 10:00")).toHaveLength(1);
});

test("namedRuns() refuses every word that is no run, or several, with a run that may be meant", () => {
  const message = refusal(() => named("tiny 2026-11-27 10:00", "11-29", ""));
  expect(message).toMatch(/tiny 2026-11-27 10:00 .*Cannot tell which run is meant/);
  expect(message).toMatch(/got +nothing\n +fix +.*tiny 2026-11-2[89] 10:00/);
  expect(message).toMatch(/got +a part of 2 names\n +fix +.*tiny 2026-11-29 10:00/);
  expect(refusal(() => namedRuns(["latest"], "/nowhere"))).toContain("no runs in /nowhere");
  const file = folder.write("file", "");
  expect(refusal(() => namedRuns([join(file, "run")], file))).toMatch(/got +nothing/);
});
