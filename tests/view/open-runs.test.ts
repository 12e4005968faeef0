/** Tests which runs the viewer keeps in memory. */

import { expect, test } from "bun:test";
import { OpenRuns } from "../../core/view/open-runs.ts";
import { writeRecordedRun } from "../support/recorded-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("the runs that were used last stay in memory, as many as fit", async () => {
  using folder = temporaryFolder("open");
  const paths = ["a", "b", "c"].map((name) => writeRecordedRun(folder.join(name)));
  const size = Bun.file(`${paths[0]!}/metrics.jsonl`).size;
  const runs = new OpenRuns(2 * size + 1);
  const first = runs.get(paths[0]!, "a");
  await first.metrics();
  await runs.get(paths[1]!, "b").metrics();
  expect([runs.get(paths[0]!, "a"), runs.bytes]).toEqual([first, 2 * size]);
  await runs.get(paths[2]!, "c").metrics();
  expect(runs.get(paths[0]!, "a")).toBe(first);
  // The second was used longest ago, and has to be read anew.
  expect(runs.get(paths[1]!, "b").bytes).toBe(0);
  expect(runs.room).toBe(1);
});
