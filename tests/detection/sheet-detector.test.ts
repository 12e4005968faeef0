/** Tests the detector of a checkpoint: the same tables in any company, and weights that it refuses. */

import { expect, test } from "bun:test";
import { openSheetDetector } from "../../core/detection/sheet-detector.ts";
import { picture } from "../support/picture.ts";
import { writeRandomCheckpoint } from "../support/random-checkpoint.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("openSheetDetector() finds the same tables on a sheet whatever is looked at beside it", async () => {
  using folder = temporaryFolder("data-command");
  const path = folder.join("best.pt");
  writeRandomCheckpoint(path);
  const detector = await openSheetDetector(path, { device: "js", scoreThreshold: 0 });
  const [small, large] = [
    picture("xx", "xx", "xx"),
    picture(...Array.from({ length: 30 }, () => "x".repeat(12))),
  ];
  const [alone] = await detector.detect([{ grid: small, label: "small" }]);
  const [beside] = await detector.detect([small, large].map((grid) => ({ grid, label: "" })));
  expect(alone!.length).toBeGreaterThan(0);
  expect(beside).toEqual(alone!);
  await detector.dispose();
});

test("openSheetDetector() refuses weights that do not say which network they are of", async () => {
  using folder = temporaryFolder("data-command");
  const path = folder.join("weights.pt");
  writeRandomCheckpoint(path, { extra: { config: null } });
  await expect(openSheetDetector(path, { device: "js" })).rejects.toThrow(
    "weights without a description of their network",
  );
});
