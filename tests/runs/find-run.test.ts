/** Tests how a run is found by what a user calls it. */

import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { findRun } from "../../core/runs/find-run.ts";
import { writeRecordedRun } from "../support/recorded-run.ts";
import { refusal } from "../support/refusal.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder("find-run");
afterAll(() => folder.remove());
const at = (day: number) => ({ record: { starts: [{ at: `2026-11-${day}T02:02:25.327Z`, step: 0 }] } });
writeRecordedRun(folder.join("tiny 2026-11-28 10:00"), at(28));
writeRecordedRun(folder.join("tiny 2026-11-29 10:00"), at(29));
writeRecordedRun(folder.join("tiny 2026-11-29 10:00 (2)"), at(29));
const found = (wanted: string) => findRun(wanted, folder.path).id;

test("findRun() takes a folder, a whole name before a part of one, a part, and latest", () => {
  const path = join(folder.path, "tiny 2026-11-28 10:00");
  expect(findRun(path, "/nowhere")).toEqual({ id: "tiny 2026-11-28 10:00", path });
  expect(found("tiny 2026-11-29 10:00")).toBe("tiny 2026-11-29 10:00");
  expect(found("11-28")).toBe("tiny 2026-11-28 10:00");
  expect(found("latest")).toBe("tiny 2026-11-29 10:00 (2)");
});

test("findRun() refuses what is no run, or several, with a run that may be meant", () => {
  const none = refusal(() => found("tiny 2026-11-27 10:00"));

  expect(none).toContain("Cannot find this run");
  expect(none).toMatch(/fix +tiny 2026-11-2[89] 10:00/);
  expect(refusal(() => found(""))).toContain("Cannot find this run");
  const several = refusal(() => found("11-29"));
  expect(several).toContain("Cannot tell which of 2 runs is meant");
  expect(refusal(() => findRun("latest", "/nowhere"))).toContain("no such run");
});
