/** Tests the report: what it holds, and that it opens from the disk without asking anybody. */

import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { OpenRun, openRuns } from "../../core/runs/open-run.ts";
import { type ConsoleText, type CurveAxis, type Curves, PATHS, type RunList } from "../../core/view/api.ts";
import { collectReport } from "../../core/view/collect-report.ts";
import { packNumbers, unpackNumbers } from "../../core/view/embedded-columns.ts";
import { extremeRows } from "../../core/view/extreme-rows.ts";
import { EmbeddedCurves } from "../../core/view/page/data/embedded-curves.ts";
import { isBrowserMissing, SharedBrowser } from "../support/browser.ts";
import { SHEET, writeRecordedRun } from "../support/recorded-run.ts";
import { runCommand } from "../support/run-command.ts";
import { sharedFolder, temporaryFolder } from "../support/temporary-folder.ts";

const HOSTILE = "</script><img src=x>";

test("packNumbers() keeps 32-bit floats exactly", async () => {
  const numbers = Float64Array.from([0, 1, -2.5, 16_777_216, Number.NaN, Number.POSITIVE_INFINITY, 0.1]);
  const unpacked = await unpackNumbers(await packNumbers(numbers));
  expect([...unpacked]).toEqual([...Float32Array.from(numbers)]);
  expect((await unpackNumbers(await packNumbers(new Float64Array(0)))).length).toBe(0);
});

test("extremeRows() keeps the ends and the extremes of every part", () => {
  const values = Float64Array.from([5, 1, 9, 5, 5, 2, Number.NaN, 8, 5]);
  expect([...extremeRows(values, 3)]).toEqual([0, 1, 2, 3, 5, 7, 8]);
});

test("the curves of a report are those of the server", async () => {
  using folder = temporaryFolder("report-curves");
  const run = new OpenRun(writeRecordedRun(folder.join("one"), { steps: 40 }), "one");
  const { columns } = await collectReport([run], folder.path);
  const embedded = new EmbeddedCurves(columns);
  for (const axis of ["step", "epoch", "time", "sheets"] as const satisfies readonly CurveAxis[]) {
    const query = `x=${axis}&buckets=7&smooth=0.5&name=train%2Fmax_grad_norm&name=none`;
    const answer = (await embedded.answer(`${PATHS.curves("one")}?${query}`)) as Curves;
    const [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const names = ["train/max_grad_norm"];
    const expected = await run.curves({ names, axis, from, to, buckets: 7, smooth: 0.5 });
    const [own, server] = [answer["train/max_grad_norm"]!, expected["train/max_grad_norm"]!];
    expect(Object.keys(answer)).toEqual(names);
    expect(own.max.length).toBe(server.max.length);
    for (const [at, value] of own.max.entries()) expect(value).toBeCloseTo(server.max[at]!, 4);
  }
  expect(await embedded.answer(PATHS.runs)).toBeNull();
});

test("a report holds every run, also those whose folders have the same name", async () => {
  using folder = temporaryFolder("report-names");
  const paths = ["a/run", "b/run", "__proto__"].map((path) =>
    writeRecordedRun(folder.join(path), { record: { name: path } }),
  );
  const { answers, columns } = await collectReport(openRuns(paths), folder.path);
  expect(Object.keys(columns)).toEqual(["run", "run (in b)", "__proto__"]);
  const { runs } = answers[PATHS.runs] as RunList;
  const names = Object.fromEntries(runs.map(({ id, name }) => [id, name]));
  expect(names).toMatchObject({ run: "a/run", "run (in b)": "b/run" });
});

test("a report says what it leaves out of a long console and of many histograms", async () => {
  using folder = temporaryFolder("report-cut");
  const path = writeRecordedRun(folder.join("long"), { steps: 200 });
  const short = new OpenRun(writeRecordedRun(folder.join("short")), "short");
  writeFileSync(join(path, "output.log"), `${"a line of the console\n".repeat(20_000)}the end\n`);
  const { answers, leftOut } = await collectReport([new OpenRun(path, "long"), short], folder.path);
  expect(leftOut).toEqual([
    "long: all but 12 histograms of each parameter.",
    "long: the beginning of the console.",
  ]);
  const { text } = answers[`${PATHS.console("long")}?from=0`] as ConsoleText;
  expect([text.slice(0, 22), text.slice(-8)]).toEqual(["a line of the console\n", "the end\n"]);
});

describe.skipIf(isBrowserMissing())("bun run report", () => {
  const folder = sharedFolder("report");
  const browser = new SharedBrowser();

  test("writes a page that opens from the disk and asks nobody", async () => {
    const path = writeRecordedRun(folder.join("one 2026-11-30 02:00"), {
      record: { name: HOSTILE },
      sheets: [{ ...SHEET, sheet: HOSTILE }],
    });
    const { code, stderr } = await runCommand("core/commands/report.ts", [path]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("report.html")]);
    const file = `${path}/report.html`;
    expect(readFileSync(file, "utf8").split("</script>").length).toBe(3);
    const address = String(pathToFileURL(file));
    await using watched = await browser.open(address);
    const { page, problems, requests } = watched;
    await page.locator('[data-chart="train/loss"] canvas').waitFor();
    await page.keyboard.press("3");
    await page.locator("article svg").first().waitFor();
    expect(await page.locator("article h3").first().textContent()).toContain(HOSTILE);
    expect(await page.locator("article .sheet path.mt").count()).toBe(1);
    await page.keyboard.press("4");
    await page.getByText(HOSTILE).first().waitFor();
    expect(await page.getByRole("button", { name: "Stop after this epoch" }).count()).toBe(0);
    expect(requests).toEqual([address]);
    expect(problems).toEqual([]);
  });

  test("refuses a name that is no run, and proposes the nearest", async () => {
    writeRecordedRun(folder.join("two"), {});
    const result = await runCommand("core/commands/report.ts", ["tow", "--folder", folder.path]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(folder.join("two"));
  });
});
