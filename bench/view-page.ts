/**
 * Measures the page of the viewer in a browser over many and long runs, which it makes: how soon it shows
 * something, and how many frames per second it draws while it is moved.
 *
 * usage: bun bench/view-page.ts [--runs 1000] [--compared 100] [--steps 1000000] [--metrics 2000]
 */

import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Page } from "playwright-core";
import { usageError } from "../core/base/problem.ts";
import { runProgram } from "../core/base/run-program.ts";
import { RunSet } from "../core/runs/run-set.ts";
import { bundlePage } from "../core/view/page-bundle.ts";
import { startViewServer } from "../core/view/view-server.ts";
import { chromiumPath } from "../tests/support/browser-path.ts";
import { writeLongRun } from "../tests/support/many-runs.ts";
import { benchArguments, optionNumber, orEnd } from "./bench-arguments.ts";
import { VIEW_RUN_ARGUMENTS, writeListedRuns } from "./view-runs.ts";

const args = benchArguments("view-page", {
  ...VIEW_RUN_ARGUMENTS,
  metrics: { type: "string", default: "2000", valueHint: "number", description: "Metrics that are scrolled" },
});
const [RUNS, COMPARED, STEPS, METRICS] = (["runs", "compared", "steps", "metrics"] as const).map((name) =>
  optionNumber(name, args[name]),
) as [number, number, number, number];
const REPORT_STEPS = 100_000;
/** How long frames are counted, ms. */
const MOVED = 2000;
/** No step takes longer on any machine, ms. */
const PATIENCE = 120_000;
const CHART = "train/max_grad_norm";

const executablePath = orEnd(browserPath);
const bundle = await bundlePage();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const folder = mkdtempSync(join(tmpdir(), "view-page-bench-"));
try {
  const many = writeListedRuns(join(folder, "many"), RUNS, COMPARED);
  const long = writeLongRun(join(folder, "long", "long"), STEPS, 1);
  const wide = writeLongRun(join(folder, "wide", "wide"), 10, 1);
  writeFileSync(join(wide, "metrics.jsonl"), manyMetrics(METRICS));
  const reported = writeLongRun(join(folder, "reported", "reported"), REPORT_STEPS, 1);
  console.log(
    JSON.stringify({
      ...(await onPage(many, listAndCompare)),
      ...(await onPage(long, openAndZoom)),
      ...(await onPage(wide, scroll)),
      ...(await report(reported)),
    }),
  );
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

type Figures = Record<string, number>;

/** @throws {UserError} Exit code 2. */
function browserPath(): string {
  const path = chromiumPath();
  if (path !== null) return path;
  throw usageError({
    message: "Cannot open the page of the viewer",
    expected: "Chromium or Chrome on this machine",
    got: "none on PATH, and no CHROMIUM",
    fix: "CHROMIUM=<program>",
  });
}

/** Starts a viewer that has read nothing yet, and a page that has loaded nothing yet. */
async function onPage(path: string, measure: (page: Page, at: string) => Promise<Figures>): Promise<Figures> {
  await using server = startViewServer(new RunSet([path]), bundle, 0);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(PATIENCE);
  try {
    await page.goto(`http://127.0.0.1:${server.port}/assets/none`).catch(() => {});
    return await measure(page, server.address);
  } finally {
    await page.close();
  }
}

async function listAndCompare(page: Page, at: string): Promise<Figures> {
  const list = await seconds(async () => {
    await page.goto(at);
    await page.locator(".frame tbody tr:not(.space)").first().waitFor();
  });
  const ids = Array.from({ length: COMPARED }, (_, run) => `run=run+${run}`).join("&");
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/runs?${ids}`);
  await page.getByText(`${COMPARED} chosen`).waitFor();
  const compare = await seconds(async () => {
    await page.getByRole("button", { name: "Compare curves" }).click();
    await drawn(page, "val/f1");
  });
  return { runs: RUNS, list_seconds: list, compared: COMPARED, compare_seconds: compare };
}

async function openAndZoom(page: Page, at: string): Promise<Figures> {
  const open = await seconds(async () => {
    await page.goto(`${at}#/curves?run=long&chart=${encodeURIComponent(CHART)}`);
    await drawn(page, CHART);
  });
  await page.locator(".large .u-over").hover();
  const zoom = await framesWhile(page, async () => {
    await page.mouse.wheel(0, -40);
  });
  return { steps: STEPS, open_seconds: open, zoom_frames_per_second: zoom };
}

async function scroll(page: Page, at: string): Promise<Figures> {
  const open = await seconds(async () => {
    await page.goto(`${at}#/curves?run=wide`);
    await page.locator(".chart canvas").first().waitFor();
  });
  await page.mouse.move(640, 500);
  const frames = await framesWhile(page, async () => {
    await page.mouse.wheel(0, 300);
  });
  const alive = await page.locator(".chart canvas").count();
  return { metrics: METRICS, metrics_seconds: open, scroll_frames_per_second: frames, alive_charts: alive };
}

/** The size of a report, and how soon it shows a curve. */
async function report(path: string): Promise<Figures> {
  const file = join(folder, "report.html");
  const command = [process.execPath, join(import.meta.dir, "../core/commands/report.ts")];
  const { code, output } = await runProgram([...command, path, "--output", file]);
  if (code !== 0) throw new Error(output);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(PATIENCE);
  const open = await seconds(async () => {
    await page.goto(`${pathToFileURL(file)}#/curves?run=reported&chart=${encodeURIComponent(CHART)}`);
    await drawn(page, CHART);
  });
  return { report_steps: REPORT_STEPS, report_bytes: statSync(file).size, report_seconds: open };
}

/** Until a chart has all of its lines. */
async function drawn(page: Page, chart: string): Promise<void> {
  await page.locator(`[data-chart="${chart}"] canvas`).waitFor();
  await page.waitForFunction(
    (name) => document.querySelector(`[data-chart="${name}"] figcaption .wait`) === null,
    chart,
    { polling: "raf" },
  );
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return Math.round(performance.now() - start) / 1000;
}

/** Frames per second that the page draws while something is done over and over. */
async function framesWhile(page: Page, work: () => Promise<void>): Promise<number> {
  const frames = page.evaluate((time) => {
    return new Promise<number>((done) => {
      const start = performance.now();
      let count = 0;
      const frame = () => {
        count++;
        const passed = performance.now() - start;
        if (passed < time) requestAnimationFrame(frame);
        else done((count * 1000) / passed);
      };
      requestAnimationFrame(frame);
    });
  }, MOVED);
  const end = performance.now() + MOVED;
  while (performance.now() < end) await work();
  return Math.round(await frames);
}

/** Ten rows of many metrics in groups of fifty. */
function manyMetrics(count: number): string {
  const rows = Array.from({ length: 10 }, (_, index) => {
    const values = Array.from({ length: count }, (_, metric) => [
      `group_${Math.floor(metric / 50)}/metric_${metric}`,
      Math.sin(index + metric),
    ]);
    return JSON.stringify({ epoch: 1, global_step: index + 1, ...Object.fromEntries(values), _time: index });
  });
  return `${rows.join("\n")}\n`;
}
