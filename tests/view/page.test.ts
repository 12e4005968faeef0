/** Tests the page of runs in a real browser, on the server that `bun run view` starts. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { JsonObject } from "../../core/base/json.ts";
import { acquireFolderLock } from "../../core/files/folder-lock.ts";
import { RunSet } from "../../core/runs/run-set.ts";
import { bundlePage } from "../../core/view/page-bundle.ts";
import type { PageServer } from "../../core/view/page-server.ts";
import { startViewServer } from "../../core/view/view-server.ts";
import { seriousFaults } from "../support/axe.ts";
import { isBrowserMissing, SharedBrowser } from "../support/browser.ts";
import { RECORD, recordedRow, SHEET, writeRecordedRun } from "../support/recorded-run.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

/** A name that would run a program if any part of the page took it for markup. */
const HOSTILE = "<img src=x onerror=document.title='taken'>";
const LIVE = "live 2026-11-30 04:00";

describe.skipIf(isBrowserMissing())("the page of runs", () => {
  const folder = sharedFolder("view-page");
  const browser = new SharedBrowser();
  let server: PageServer;
  let lock: Disposable;

  const at = (hash: string) => `${server.address}#${hash}`;
  const chosen = (...ids: string[]) => ids.map((id) => `run=${encodeURIComponent(id)}`).join("&");

  beforeAll(async () => {
    const sheets = [SHEET, { ...SHEET, sheet: HOSTILE, truth: ["A1:B2", "C1:C2"] }];
    writeRecordedRun(folder.join("good 2026-11-30 02:00"), { sheets, steps: 30 });
    writeRecordedRun(folder.join("other 2026-11-30 03:00"), {
      sheets,
      steps: 30,
      record: {
        name: "other",
        config: { ...(RECORD.config as JsonObject), training: { lr: 0.5, max_epochs: 2 } },
        starts: [{ at: "2026-11-30T03:00:00.000Z", step: 0 }],
        best: { epoch: 2, metrics: { f1: 0.75, loss: 1 } },
      },
    });
    writeRecordedRun(folder.join(HOSTILE), { record: { name: HOSTILE, status: "failed", reason: HOSTILE } });
    writeRecordedRun(folder.join(LIVE), {
      steps: 12,
      record: { name: "live", status: "running", step: 12, epoch: 1 },
    });
    lock = acquireFolderLock(folder.join(LIVE));
    server = startViewServer(new RunSet([folder.path]), await bundlePage(), 0);
  });
  afterAll(async () => {
    lock?.[Symbol.dispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const rows = (page: Page) => page.locator(".frame tbody tr:not(.space)");

  test("lists all runs and shows hostile names as text", async () => {
    await using watched = await browser.open(server.address);
    const { page, problems } = watched;
    await rows(page).nth(3).waitFor();
    expect(await rows(page).count()).toBe(4);
    expect(await page.locator(".frame td.c-name button").allTextContents()).toContain(HOSTILE);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).toBe("Runs (1 running) · tablesense2");
    expect(problems).toEqual([]);
  });

  test("searches, sorts and groups, and keeps all of it in the address", async () => {
    await using watched = await browser.open(server.address);
    const { page, problems } = watched;
    await rows(page).nth(3).waitFor();
    await page.getByLabel("Search the runs").fill("lr>0.1");
    await page.getByText("1 of 4 runs").waitFor();
    expect(await rows(page).count()).toBe(1);
    await page.getByLabel("Search the runs").fill("");
    await page.getByRole("columnheader", { name: "best F1" }).getByRole("button").click();
    await page.getByLabel("group by").selectOption("status");
    await page.locator("tr.group").nth(2).waitFor();
    expect(await page.locator("tr.group").count()).toBe(3);
    await page.waitForFunction(() => location.hash.includes("group=status"));
    expect(new URL(page.url()).hash).toContain("sort=-bestF1");
    await page.reload();
    await page.locator("tr.group").nth(2).waitFor();
    expect(await page.locator("td.c-bestF1").first().textContent()).toBe("0.750");
    expect(problems).toEqual([]);
  });

  test("is worked with the keyboard alone", async () => {
    await using watched = await browser.open(server.address);
    const { page, problems } = watched;
    await rows(page).nth(3).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys and help" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".frame").focus();
    // with caps lock; Control with a key is the browser's
    for (const key of ["J", "X", "K", "Control+x", "x"]) await page.keyboard.press(key);
    await page.getByText("2 chosen").waitFor();
    for (const key of ["j", "j", "j", "Shift+X"]) await page.keyboard.press(key);
    await page.getByText("4 chosen").waitFor();
    await page.keyboard.press("2");
    await page.locator(".chart").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("grad_norm");
    await page.waitForFunction(() => document.querySelectorAll(".slot").length === 1);
    expect(problems).toEqual([]);
  });

  test("draws the curves of several runs and reads their values over all charts at once", async () => {
    const ids = chosen("good 2026-11-30 02:00", "other 2026-11-30 03:00");
    await using watched = await browser.open(at(`/curves?${ids}`));
    const { page, problems } = watched;
    const chart = page.locator('[data-chart="train/max_grad_norm"]');
    await chart.locator("canvas").waitFor();
    expect(await isDrawnOn(page, "train/max_grad_norm")).toBe(true);
    await chart.locator(".u-over").hover({ position: { x: 100, y: 30 } });
    await chart.locator(".tip").waitFor();
    const place = await page.locator('[data-chart="val/f1"] .place').textContent();
    expect(place).toMatch(/^step \d+$/);
    expect(place).toBe(await chart.locator(".place").textContent());
    const step = Number(place!.replace("step ", ""));
    const shown = await chart.locator(".readout > span:first-child").textContent();
    expect(shown).toBe(String(step % 7));
    expect(problems).toEqual([]);
  });

  test("cuts no value above a chart, no label below it, and no name of a setting", async () => {
    const own = folder.emptyFolder();
    for (const [at, name] of ["a", "b", "c", "d"].entries()) {
      const config = {
        experiment: { name, notes: "a long note ".repeat(40) },
        training: { lr: 0.001 + at / 7 },
      };
      const path = writeRecordedRun(join(own, name), { record: { name, config } });
      const row = { epoch: 1, global_step: 200_000, "train/loss": 0.012345 + at / 70 };
      writeFileSync(join(path, "metrics.jsonl"), `${JSON.stringify(row)}\n`);
    }
    await using server = startViewServer(new RunSet([own]), await bundlePage(), 0);
    await using watched = await browser.open(`${server.address}#/curves?${chosen("a", "b", "c", "d")}`);
    const { page } = watched;
    const chart = page.locator('[data-chart="train/loss"]');
    await chart.locator("canvas").waitFor();
    const cut = await chart
      .locator(".readout > span")
      .evaluateAll((spans) => spans.filter((span) => span.scrollWidth > span.clientWidth).length);
    expect(cut).toBe(0);
    const right = async (selector: string) => {
      const box = (await chart.locator(selector).boundingBox())!;
      return box.x + box.width;
    };
    // half of "9,999" in the font of the axes
    expect((await right("canvas")) - (await right(".u-over"))).toBeGreaterThan(16);
    await page.keyboard.press("4");
    await page.locator(".facts dt").first().waitFor();
    const lines = await page.locator(".facts dt").evaluateAll((names) =>
      names.map((name) => {
        const text = document.createRange();
        text.selectNodeContents(name);
        return text.getClientRects().length;
      }),
    );
    expect(Math.max(...lines)).toBe(1);
  });

  test("zooms by the selection, the keyboard and the wheel, and Back returns", async () => {
    await using watched = await browser.open(at(`/curves?${chosen("good 2026-11-30 02:00")}`));
    const { page, problems } = watched;
    await page.locator('[data-chart="train/max_grad_norm"] canvas').waitFor();
    await page.getByLabel("Enlarge train/max_grad_norm").click();
    const plot = page.locator(".large .u-over");
    await plot.waitFor();
    await plot.hover({ position: { x: 200, y: 100 } });
    await page.mouse.down();
    await plot.hover({ position: { x: 500, y: 100 } });
    await page.mouse.up();
    const all = page.getByRole("button", { name: "Show the whole axis" });
    await all.waitFor();
    const before = await all.textContent();
    await plot.hover({ position: { x: 300, y: 100 } });
    await page.mouse.wheel(0, -200);
    await page.waitForFunction(
      (text) => !document.querySelector(".tools")?.textContent?.includes(text),
      before!,
    );
    await page.locator(".large .plot").press("0");
    await all.waitFor({ state: "detached" });
    await page.goBack();
    await page.locator(".charts").first().waitFor();
    expect(problems).toEqual([]);
  });

  test("shows validation sheets by epoch and by kind of mistake, of two runs side by side", async () => {
    const ids = chosen("good 2026-11-30 02:00", "other 2026-11-30 03:00");
    await using watched = await browser.open(at(`/sheets?${ids}`));
    const { page, problems } = watched;
    await page.locator("article .side svg").nth(3).waitFor();
    expect(await page.locator("article").count()).toBe(2);
    expect(await page.locator("article h3").allTextContents()).toContainEqual(
      expect.stringContaining(HOSTILE),
    );
    expect(await page.locator("output.fixed").textContent()).toBe("3 / 3");
    await page.getByLabel("Epoch before").click();
    await page.getByText("good 2026-11-30 02:00, epoch 2").first().waitFor();
    await page.locator('[data-kind="missed"]').click();
    await page.getByText("1 of 2 sheets").waitFor();
    expect(await page.locator("article").count()).toBe(1);
    expect(await page.locator("article .k-missed").count()).toBe(2);
    await page.waitForFunction(() => location.hash.includes("kind=missed"));
    expect(new URL(page.url()).hash).toContain("epoch=2");
    expect(problems).toEqual([]);
  });

  test("shows details, differences, configuration and console", async () => {
    const ids = chosen("good 2026-11-30 02:00", "other 2026-11-30 03:00");
    await using watched = await browser.open(at(`/details?${ids}`));
    const { page, problems } = watched;
    await page.getByText("bun run train --resume").waitFor();
    await page.getByRole("tab", { name: "differences" }).click();
    const line = page.getByRole("row", { name: "training.lr" });
    await line.waitFor();
    expect(await line.locator("td").allTextContents()).toEqual(["0.001", "0.5"]);
    await page.getByRole("tab", { name: "configuration" }).click();
    await page.getByText("experiment: { name: recorded }").waitFor();
    await page.getByRole("tab", { name: "console" }).click();
    await page.locator("pre.console").waitFor();
    expect(await page.locator("pre.console").textContent()).toBe("epoch 1\nepoch 2\n");
    expect(problems).toEqual([]);
  });

  test("follows a training: rows, console and the request to stop", async () => {
    await using watched = await browser.open(at(`/curves?${chosen(LIVE)}&x=step`));
    const { page, problems } = watched;
    const readout = page.locator('[data-chart="train/max_grad_norm"] .readout > span:first-child');
    await readout.getByText("5", { exact: true }).waitFor(); // step 12 of a sawtooth of 7
    appendFileSync(folder.join(LIVE, "metrics.jsonl"), recordedRow(13));
    await readout.getByText("6", { exact: true }).waitFor();
    await page.keyboard.press("4");
    await page.getByRole("button", { name: "Stop after this epoch" }).click();
    const control = folder.join(LIVE, "control.json");
    await until(() => existsSync(control));
    expect(JSON.parse(readFileSync(control, "utf8"))).toEqual({ requests: ["stop"] });
    await page.getByRole("tab", { name: "console" }).click();
    await page.locator("pre.console").waitFor();
    appendFileSync(folder.join(LIVE, "output.log"), "one more line\n");
    await page.getByText("one more line").waitFor();
    writeFileSync(folder.join(LIVE, "output.log"), "a new file\n");
    await page.getByText("a new file").waitFor();
    expect(await page.locator("pre.console").textContent()).toBe("a new file\n");
    expect(problems).toEqual([]);
  });

  test("shows the newest rows of a run when the reader comes back to its curves", async () => {
    const id = "away 2026-11-30 01:00";
    const path = writeRecordedRun(folder.join(id), { steps: 12, record: { status: "running", step: 12 } });
    using _ = acquireFolderLock(path);
    await using watched = await browser.open(at(`/curves?${chosen(id)}&x=step`));
    const { page } = watched;
    const readout = page.locator('[data-chart="train/max_grad_norm"] .readout > span:first-child');
    await readout.getByText("5", { exact: true }).waitFor(); // step 12 of a sawtooth of 7
    await page.keyboard.press("4");
    await page.getByText("12", { exact: true }).waitFor(); // the tile of the steps
    appendFileSync(join(path, "metrics.jsonl"), recordedRow(13));
    await page.getByText("13", { exact: true }).waitFor();
    await page.keyboard.press("2");
    await readout.getByText("6", { exact: true }).waitFor();
    renameSync(path, join(folder.emptyFolder(), "away"));
  });

  test("goes on with a viewer that was started anew, once its address is open in another tab", async () => {
    const runs = folder.emptyFolder();
    const path = writeRecordedRun(join(runs, "one"), { steps: 12 });
    const start = async (port: number) => startViewServer(new RunSet([runs]), await bundlePage(), port);
    const first = await start(0);
    await using watched = await browser.open(`${first.address}#/curves?run=one&x=step`);
    const { page } = watched;
    const readout = page.locator('[data-chart="train/max_grad_norm"] .readout > span:first-child');
    await readout.getByText("5", { exact: true }).waitFor();
    await first[Symbol.asyncDispose]();
    await page.getByText("no answer, trying again").waitFor();
    await page.keyboard.press("4");
    await page.getByRole("heading", { name: "This run cannot be shown" }).waitFor();
    appendFileSync(join(path, "metrics.jsonl"), recordedRow(13));
    await using second = await start(first.port);
    // the page is refused, since the token is another one, and the browser gives the events up
    await page.waitForResponse((response) => response.url().endsWith("/events") && response.status() === 401);
    const other = await page.context().newPage();
    await other.goto(second.address);
    await page.getByText("following").waitFor();
    await page.locator(".tile").first().waitFor();
    await page.keyboard.press("2");
    await readout.getByText("6", { exact: true }).waitFor();
  });

  test("keeps tags and notes, and moves a run to the trash after asking", async () => {
    const id = "short 2026-11-30 05:00";
    writeRecordedRun(folder.join(id), { record: { name: "short" } });
    await using watched = await browser.open(at(`/runs?${chosen(id)}&search=short`));
    const { page, problems } = watched;
    await page.getByText("1 of 5 runs").waitFor();
    await page.getByRole("button", { name: "Tags and notes" }).click();
    await page.getByLabel("Tags, separated by commas").fill("best, <b>bold</b>");
    await page.getByRole("textbox", { name: "Notes" }).fill("a note");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".tag").nth(1).waitFor();
    expect(await page.locator(".tag").allTextContents()).toEqual(["best", "<b>bold</b>"]);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByText("Its folder moves to the folder .trash beside it.").waitFor();
    await page.getByRole("button", { name: "Move to the trash" }).click();
    await page.getByText("1 run moved to the trash folder.").waitFor();
    await page.getByText("No run matches").waitFor();
    expect(existsSync(folder.join(id))).toBe(false);
    expect(problems).toEqual([]);
  });

  test("shows a run that begins while the page is open", async () => {
    await using watched = await browser.open(at("/runs?search=newcomer"));
    const { page, problems } = watched;
    await page.getByText("No run matches").waitFor();
    writeRecordedRun(folder.join("newcomer 2026-11-30 07:00"), { record: { name: "newcomer" } });
    await page.getByRole("button", { name: "newcomer" }).waitFor();
    renameSync(folder.join("newcomer 2026-11-30 07:00"), join(folder.emptyFolder(), "away"));
    await page.getByText("No run matches").waitFor();
    expect(problems).toEqual([]);
  });

  test("says that a chosen run is gone, and goes on", async () => {
    const id = "gone 2026-11-30 06:00";
    writeRecordedRun(folder.join(id), {});
    await using watched = await browser.open(at(`/curves?${chosen(id, "good 2026-11-30 02:00")}`));
    const { page } = watched;
    await page.locator(".chart canvas").first().waitFor();
    renameSync(folder.join(id), join(folder.emptyFolder(), "away"));
    await page.getByText("1 chosen run is not there").waitFor();
    expect(await page.locator(".chart canvas").count()).toBeGreaterThan(0);
    // the strip counts the runs that are there, as the charts, sheets and differences do
    const color = (selector: string) =>
      page.locator(selector).evaluate((dot: HTMLElement) => dot.style.background);
    const inStrip = await color(".strip .dot");
    expect(inStrip).toContain("rgb(0, 103, 165)");
    await page.keyboard.press("1");
    await rows(page).first().waitFor();
    expect(await color(".pick .dot")).toBe(inStrip);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`has no serious fault that axe-core finds, ${colorScheme}`, async () => {
      const ids = chosen("good 2026-11-30 02:00", "other 2026-11-30 03:00");
      await using watched = await browser.open(at(`/runs?${ids}`), { colorScheme });
      const { page } = watched;
      const axe = readFileSync(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir), "utf8");
      await rows(page).first().waitFor();
      await page.evaluate(axe);
      for (const [key, ready] of [
        ["1", ".frame td"],
        ["2", ".chart canvas"],
        ["3", "article svg"],
        ["4", ".tile"],
      ] as const) {
        await page.keyboard.press(key);
        await page.locator(ready).first().waitFor();
        expect(await seriousFaults(page)).toEqual([]);
      }
    });
  }

  test("prints all runs, and no blank pages", async () => {
    const many = folder.emptyFolder();
    const count = 120;
    for (let run = 0; run < count; run++) writeRecordedRun(join(many, `run ${run}`), { steps: 1 });
    await using own = startViewServer(new RunSet([many]), await bundlePage(), 0);
    await using watched = await browser.open(own.address);
    const { page } = watched;
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBeLessThan(count);
    // as the browser does it around window.print()
    await page.evaluate(() => void window.dispatchEvent(new Event("beforeprint")));
    await rows(page)
      .nth(count - 1)
      .waitFor();
    expect(await page.locator("tr.space").count()).toBe(0);
    await page.evaluate(() => void window.dispatchEvent(new Event("afterprint")));
    await page.locator("tr.space").waitFor({ state: "attached" });
  });

  test("fits a phone: nothing sticks out at the side", async () => {
    const long = "long names for runs ".repeat(6).trim();
    for (const name of ["a", "b"]) writeRecordedRun(folder.join(`${long} ${name}`));
    const ids = chosen("good 2026-11-30 02:00", `${long} a`, `${long} b`, "other 2026-11-30 03:00");
    const viewport = { width: 390, height: 800 };
    await using watched = await browser.open(at(`/runs?${ids}`), { viewport, hasTouch: true });
    const { page, problems } = watched;
    for (const [view, ready] of [
      ["Runs", ".frame td"],
      ["Curves", ".chart canvas"],
      ["Sheets", "article svg"],
      ["Details", ".tile"],
    ] as const) {
      await page.getByRole("navigation").getByRole("button", { name: view }).tap();
      await page.locator(ready).first().waitFor();
      const [width, most] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect([view, width! <= most!]).toEqual([view, true]);
    }
    expect(problems).toEqual([]);
  });
});

/** True if a chart's canvas has pixels of a line: colours that are no greys. */
function isDrawnOn(page: Page, chart: string): Promise<boolean> {
  return page.evaluate((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`[data-chart="${name}"] canvas`)!;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) {
      const [red, , blue, alpha] = data.subarray(at, at + 4);
      if (alpha! > 200 && Math.abs(red! - blue!) > 60) return true;
    }
    return false;
  }, chart);
}
