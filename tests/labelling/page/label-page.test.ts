/** Tests the workbench in a real browser, on the server that `bun run label` starts. */

import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";
import { parseRange } from "../../../core/base/range.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { type FindProposals, proposalsOfBlocks } from "../../../core/labelling/find-proposals.ts";
import { bundleLabelPage } from "../../../core/labelling/label-bundle.ts";
import type { LabelList, OpenedSheet, SheetState } from "../../../core/labelling/label-messages.ts";
import { labelPlace } from "../../../core/labelling/label-place.ts";
import {
  type LabelServer,
  type LabelServerOptions,
  startLabelServer,
} from "../../../core/labelling/label-server.ts";
import { openLabelStore } from "../../../core/labelling/label-store.ts";
import { Axis } from "../../../core/labelling/page/sheet/axis.ts";
import { HEAD_HEIGHT, headWidthOf } from "../../../core/labelling/page/sheet/view-geometry.ts";
import type { PageBundle } from "../../../core/view/page-bundle.ts";
import { seriousFaults } from "../../support/axe.ts";
import { isBrowserMissing, SharedBrowser } from "../../support/browser.ts";
import { filledSheet } from "../../support/dataset-folder.ts";
import { testProject } from "../../support/project.ts";
import { sharedFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";

/** Fewer letters than a sheet's name may have, and none that Excel forbids. */
const HOSTILE = "<script>document.title=1";
/** More cells than any screen has; the work of a frame is bounded by the screen. */
const MOST_CELLS_PER_FRAME = 4000;

interface Line {
  readonly sheet_name: string;
  readonly table_regions: readonly string[];
  readonly skipped?: boolean;
}

/** Proposes the first connected block of a sheet alone. */
const firstBlock: FindProposals = async (sheets) => {
  const found = await proposalsOfBlocks(sheets);
  return found.map((each) => ({ ...each, tables: each.tables.slice(0, 1) }));
};

/** A filled sheet with a last cell far below and right of it, so that there is room for other tables. */
function roomySheet(name: string, height: number, width: number): ReturnType<typeof filledSheet> {
  const sheet = filledSheet(name, height, width);
  return { ...sheet, cells: [...(sheet.cells ?? []), { row: 30, column: 12, value: "end" }] };
}

interface Started extends AsyncDisposable {
  readonly server: LabelServer;
}

describe.skipIf(isBrowserMissing())("the page of the workbench", () => {
  const folder = sharedFolder("label-page");
  const browser = new SharedBrowser();
  let bundle: PageBundle;

  /** A folder of its own per test: what one labels, no other one sees. */
  const make = (name: string, sheets: ReturnType<typeof filledSheet>[]) => {
    const path = folder.emptyFolder();
    writeFileSync(`${path}/${name}`, encodeWorkbook({ sheets }));
    return path;
  };
  const start = async (
    path: string,
    port = 0,
    training: LabelServerOptions["training"] = {},
  ): Promise<Started> => {
    const place = labelPlace(path, path, undefined);
    const store = openLabelStore(place.output, { by: "ada", now: () => new Date() });
    const server = startLabelServer({ place, store, find: firstBlock, bundle, port, training });
    await server.proposed;
    const end = async () => {
      await server[Symbol.asyncDispose]();
      store[Symbol.dispose]();
    };
    return { server, [Symbol.asyncDispose]: end };
  };
  const linesOf = (path: string): Line[] => {
    const file = `${path}/annotations.jsonl`;
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Line);
  };
  const tablesOf = (path: string, sheet: string) =>
    linesOf(path).find(({ sheet_name }) => sheet_name === sheet)?.table_regions;

  beforeAll(async () => {
    bundle = await bundleLabelPage();
  });

  test("tables are drawn, moved, stretched and deleted by the pointer, saved, and there after a reload", async () => {
    const path = make("a.xlsx", [roomySheet("One", 6, 4)]);
    await using started = await start(path);
    await using watched = await browser.open(started.server.address);
    const { page, problems } = watched;
    await ready(page);
    expect(await ranges(page)).toEqual(["A1:D6"]);
    await drag(page, [6, 3, "bottom"], [8, 3, "middle"]);
    await until(() => tablesOf(path, "One")?.join() === "A1:D8");
    await drag(page, [1, 6, "middle"], [3, 8, "middle"]);
    await until(() => tablesOf(path, "One")?.join() === "A1:D8,F1:H3");
    await drag(page, [3, 7, "bottom-off"], [6, 7, "middle"]);
    await until(() => tablesOf(path, "One")?.join() === "A1:D8,F4:H6");
    // the label is on the disk before the page has the answer, and a reload would break that request off
    await page.getByText("all saved").waitFor();
    await page.reload();
    await ready(page);
    expect(await ranges(page)).toEqual(["A1:D8", "F4:H6"]);
    await page.getByLabel("Delete table 1").click();
    await until(() => tablesOf(path, "One")?.join() === "F4:H6");
    expect(problems).toEqual([]);
  });

  test("a key that changes the tables during a drag ends the drag, and nothing breaks", async () => {
    const path = make("a.xlsx", [roomySheet("One", 6, 4)]);
    await using started = await start(path);
    await using watched = await browser.open(started.server.address);
    const { page, problems } = watched;
    await ready(page);
    await drag(page, [6, 3, "bottom"], [8, 3, "middle"], async () => {
      await page.keyboard.press("Delete");
      await page.getByText("None. Drag over cells to draw one").waitFor();
    });
    await drag(page, [1, 6, "middle"], [3, 8, "middle"]);
    await until(() => tablesOf(path, "One")?.join() === "F1:H3");
    expect(problems).toEqual([]);
  });

  test("everything is done by keys alone", async () => {
    const path = make("a.xlsx", [
      roomySheet("One", 6, 4),
      filledSheet("Two", 3, 3),
      filledSheet("Three", 2, 2),
    ]);
    await using started = await start(path);
    await using watched = await browser.open(`${started.server.address}#${await idOf(started, "One")}`);
    const { page, problems } = watched;
    await ready(page);
    await page.locator("#sheet").focus();
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press("Tab", "ArrowRight", "Shift+ArrowDown", "Alt+ArrowDown");
    await until(() => tablesOf(path, "One")?.join() === "B2:E7");
    await press("s", "ArrowUp", "Enter");
    await until(() => tablesOf(path, "One")?.join() === "B2:E3,B4:E7");
    await press("j");
    await until(() => tablesOf(path, "One")?.join() === "B2:E7");
    await press("n");
    await until(() => tablesOf(path, "One")?.length === 2);
    await press("Delete", "1");
    await until(() => tablesOf(path, "One")?.join() === "B2:E7");
    for (let step = 0; step < 8; step++) await press("u");
    await until(() => linesOf(path).length === 0);
    expect(await ranges(page)).toEqual(["A1:D6"]);
    await press("Control+Shift+Z", "Enter");
    await until(() => tablesOf(path, "One")?.join() === "B1:E6");
    await page.getByRole("heading", { name: "Two" }).waitFor();
    await press("e");
    await page.getByRole("heading", { name: "Three" }).waitFor();
    await press("k", "?");
    await page.getByRole("dialog", { name: "Keys and help" }).waitFor();
    await until(() => linesOf(path).length === 3);
    expect(
      linesOf(path).map(({ sheet_name, table_regions, skipped }) => [sheet_name, table_regions, skipped]),
    ).toEqual([
      ["One", ["B1:E6"], undefined],
      ["Two", [], undefined],
      ["Three", [], true],
    ]);
    expect(problems).toEqual([]);
  });

  test("an address that was cut short opens no sheet, and says so", async () => {
    const path = make("a.xlsx", [roomySheet("One", 6, 4)]);
    await using started = await start(path);
    await using watched = await browser.open(`${started.server.address}#%`);
    const { page, problems } = watched;
    await page.getByRole("heading", { name: "This cannot be shown" }).waitFor();
    expect(problems.filter((problem) => problem.includes("URIError"))).toEqual([]);
    await page.getByRole("link", { name: /One/ }).click();
    await ready(page);
    expect(await page.locator("#note").getAttribute("maxlength")).toBe("10000");
  });

  test("a key that is held labels one sheet, and none that nobody has seen", async () => {
    const path = make(
      "a.xlsx",
      ["One", "Two", "Three"].map((name) => roomySheet(name, 3, 3)),
    );
    await using started = await start(path);
    await using watched = await browser.open(`${started.server.address}#${await idOf(started, "One")}`);
    const { page } = watched;
    await ready(page);
    await page.locator("#sheet").focus();
    for (const [key, next, seen] of [
      ["Enter", "Two", ["One"]],
      ["e", "Three", ["One", "Two"]],
    ] as const) {
      await page.keyboard.down(key);
      await page.getByRole("heading", { name: next }).waitFor();
      await ready(page);
      await page.locator("#sheet").focus();
      await page.keyboard.down(key); // it repeats
      await page.keyboard.up(key);
      await page.keyboard.press("n");
      await until(() => tablesOf(path, next)?.length === 2);
      expect(linesOf(path).map(({ sheet_name }) => sheet_name)).toEqual([...seen, next]);
      await page.keyboard.press("u");
      await until(() => tablesOf(path, next) === undefined);
    }
  });

  test("a page goes on with a server that was started anew, once its address is open in another tab", async () => {
    const path = make("a.xlsx", [roomySheet("One", 6, 4)]);
    const first = await start(path);
    const { port } = first.server;
    await using watched = await browser.open(first.server.address);
    const { page } = watched;
    await ready(page);
    const banner = page.locator(".banner", { hasText: "The server does not answer, or was started anew" });
    await first[Symbol.asyncDispose]();
    await banner.waitFor();
    await using second = await start(path, port);
    // the page is refused, since the token is another one, and the browser gives the events up
    await page.waitForResponse((response) => response.url().endsWith("/events") && response.status() === 401);
    await putLabel(second, await idOf(second, "One"), "labelled", ["A1:B2"]);
    const other = await page.context().newPage();
    await other.goto(second.server.address);
    await ready(other);
    await banner.waitFor({ state: "detached" });
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>("li.table .range")?.value === "A1:B2",
    );
  });

  test("a workbook that is added to the folder comes up once the last sheet is accepted", async () => {
    const path = make("a.xlsx", [filledSheet("One", 4, 3)]);
    await using started = await start(path);
    await using watched = await browser.open(started.server.address);
    const { page, problems } = watched;
    await ready(page);
    writeFileSync(`${path}/b.xlsx`, encodeWorkbook({ sheets: [filledSheet("Added", 5, 2)] }));
    await page.locator("#sheet").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: /Added.*1 table/ }).click();
    await page.getByRole("heading", { name: "Added" }).waitFor();
    await ready(page);
    expect(await ranges(page)).toEqual(["A1:B5"]);
    expect(problems).toEqual([]);
  });

  test("typed ranges are taken, and ranges that share cells are named and not saved", async () => {
    const path = make("a.xlsx", [roomySheet("One", 6, 4)]);
    await using started = await start(path);
    await using watched = await browser.open(started.server.address);
    const { page } = watched;
    await ready(page);
    await page.getByLabel("Range of a new table").fill("c5:f9");
    await page.keyboard.press("Enter");
    await page.getByText("A1:D6 and C5:F9 share cells.").waitFor();
    expect(linesOf(path)).toEqual([]);
    await page.getByLabel("Range of table 1").fill("A1:D4");
    await page.keyboard.press("Enter");
    await until(() => tablesOf(path, "One")?.join() === "A1:D4,C5:F9");
    expect(await page.getByText("share cells").count()).toBe(0);
  });

  test("a server that ends loses nothing, nor does a page that is closed meanwhile", async () => {
    const path = make("a.xlsx", [roomySheet("One", 6, 4)]);
    const first = await start(path);
    const { port } = first.server;
    await using watched = await browser.open(first.server.address);
    const { page } = watched;
    await ready(page);
    await first[Symbol.asyncDispose]();
    await page.getByLabel("Range of table 1").fill("B2:D6");
    await page.keyboard.press("Enter");
    await page.getByText("The changes of 1 sheet are kept in this browser").waitFor();
    expect(linesOf(path)).toEqual([]);
    await page.goto("about:blank");
    await using second = await start(path, port);
    await page.goto(second.server.address);
    await until(() => tablesOf(path, "One")?.join() === "B2:D6");
    await ready(page);
    expect(await ranges(page)).toEqual(["B2:D6"]);
  });

  test("of two labels for one sheet a person chooses, and the other one is a step of undo", async () => {
    const path = make("a.xlsx", [roomySheet("One", 6, 4)]);
    await using started = await start(path);
    await using watched = await browser.open(started.server.address);
    const { page } = watched;
    await ready(page);
    await page.context().setOffline(true);
    await page.getByLabel("Range of table 1").fill("B2:D6");
    await page.keyboard.press("Enter");
    await page.getByText("kept in this browser").waitFor();
    await putLabel(started, await idOf(started, "One"), "labelled", ["A1:B2"]);
    await page.context().setOffline(false);
    await page.getByRole("dialog", { name: "This label was changed elsewhere" }).waitFor();
    await page.getByRole("button", { name: "Keep mine" }).click();
    await until(() => tablesOf(path, "One")?.join() === "B2:D6");
    await page.getByRole("button", { name: "Undo" }).click();
    await until(() => tablesOf(path, "One")?.join() === "A1:B2");
  });

  test("100,000 cells scroll: a frame draws what is in view, and few cells are asked for", async () => {
    const path = make("large.xlsx", [filledSheet("Large", 5000, 20)]);
    await using started = await start(path);
    await using watched = await browser.open(started.server.address);
    const { page, problems, requests } = watched;
    await ready(page);
    const canvas = page.locator("#sheet canvas");
    let most = 0;
    for (let step = 1; step <= 40; step++) {
      const before = await canvas.getAttribute("data-frames");
      await page.locator("#sheet").evaluate((element, top) => element.scrollTo(0, top), step * 2400);
      await page.waitForFunction(
        (frames) => document.querySelector<HTMLElement>("#sheet canvas")!.dataset.frames !== frames,
        before,
      );
      most = Math.max(most, Number(await canvas.getAttribute("data-cells")));
    }
    expect(Number(await canvas.getAttribute("data-last"))).toBeGreaterThan(4500);
    expect(most).toBeGreaterThan(100);
    expect(most).toBeLessThan(MOST_CELLS_PER_FRAME);
    // 5,000 rows are 79 blocks of 64 rows
    expect(requests.filter((address) => address.includes("/cells?")).length).toBeLessThanOrEqual(2 * 79);
    expect(await page.locator("#sheet *").count()).toBeLessThan(5);
    expect(problems).toEqual([]);
  });

  test("a sheet with 10,000 tables, a hostile name and a broken workbook are shown for what they are", async () => {
    const path = make("a.xlsx", [{ ...filledSheet("x", 9, 9), name: HOSTILE }]);
    writeFileSync(`${path}/broken.xlsx`, "no workbook");
    const table_regions = Array.from({ length: 10_000 }, (_, at) => `A${at * 3 + 1}:B${at * 3 + 2}`);
    const line = { file_name: "a.xlsx", sheet_name: HOSTILE, table_regions, label_origin: "person" };
    writeFileSync(`${path}/annotations.jsonl`, `${JSON.stringify(line)}\n`);
    await using started = await start(path);
    await using watched = await browser.open(`${started.server.address}#${await idOf(started, HOSTILE)}`);
    const { page, problems } = watched;
    await ready(page);
    await page.getByRole("heading", { name: HOSTILE }).waitFor();
    expect(await page.locator("li.table").count()).toBeLessThan(60);
    expect(await page.locator("aside h2").textContent()).toBe("Tables 10000");
    const broken = page.locator("a.line-of", { hasText: "broken.xlsx" });
    expect(await broken.textContent()).toContain("problem");
    await broken.click();
    await page.getByText("not an archive of XML parts.", { exact: false }).waitFor();
    expect(await page.getByText("What you label is kept all the same.").count()).toBe(0);
    expect(await page.locator(".heard").textContent()).toBe("broken.xlsx cannot be read");
    await page.keyboard.press("1");
    const refused = page.locator(".heard", { hasText: "A workbook that cannot be read takes no label." });
    await refused.waitFor();
    for (const key of ["n", "Delete"]) await page.keyboard.press(key);
    expect(await refused.count()).toBe(1);
    await page.getByText("all saved").waitFor();
    expect(problems).toEqual([]);
  });

  test("a sheet of 1,048,576 rows and 16,384 columns, merged over nearly everything, opens and scrolls to its end", async () => {
    const path = folder.emptyFolder();
    const [last, column] = [1_048_576, 16_384];
    const cells = [
      { row: 1, column: 1, value: "first" },
      { row: last, column, value: "last" },
    ];
    const merges = [{ top: 1, left: 1, bottom: last - 1, right: column }];
    writeFileSync(`${path}/a.xlsx`, encodeWorkbook({ sheets: [{ name: "Huge", cells, merges }] }));
    const range = `XFC${last}:XFD${last}`;
    const line = { file_name: "a.xlsx", sheet_name: "Huge", table_regions: [range], label_origin: "person" };
    writeFileSync(`${path}/annotations.jsonl`, `${JSON.stringify(line)}\n`);
    await using started = await start(path);
    await using watched = await browser.open(started.server.address);
    const { page, problems } = watched;
    await ready(page);
    await page.getByText("One merged cell covers most of the sheet.").waitFor();
    // the page begins at the first table, which is at the far end
    await page.waitForFunction(
      (row) => document.querySelector<HTMLElement>("#sheet canvas")?.dataset.last === String(row),
      last,
    );
    await page.getByLabel("Range of table 1").fill(`A${last}:XFD${last}`);
    await page.keyboard.press("Enter");
    await until(() => tablesOf(path, "Huge")?.join() === `A${last}:XFD${last}`);
    expect(problems).toEqual([]);
  });

  test("a workbook that changes or is deleted under way has a note, and its labels are kept", async () => {
    const path = make("a.xlsx", [roomySheet("One", 6, 4), filledSheet("Two", 3, 3)]);
    await using started = await start(path);
    const [one, two] = [await idOf(started, "One"), await idOf(started, "Two")];
    await using watched = await browser.open(`${started.server.address}#${one}`);
    const { page } = watched;
    await ready(page);
    await page.getByLabel("Range of table 1").fill("B2:D6");
    await page.keyboard.press("Enter");
    await until(() => tablesOf(path, "One")?.join() === "B2:D6");
    const other = encodeWorkbook({ sheets: [roomySheet("One", 6, 4), filledSheet("Other", 9, 9)] });
    writeFileSync(`${path}/a.xlsx`, other);
    await page.evaluate((id) => {
      location.hash = id;
    }, two);
    await page.getByText('The workbook has no sheet "Two" any more').first().waitFor();
    rmSync(`${path}/a.xlsx`);
    await page.reload();
    await page.getByText("The workbook is gone: there is no file").first().waitFor();
    await page.getByText("What you label is kept all the same.").first().waitFor();
    expect(tablesOf(path, "One")).toEqual(["B2:D6"]);
  });

  test("a training that is started from the page reads the labels that were just made", async () => {
    const project = testProject({ epochs: 1, plugins: "{ history: true, progress: true }" });
    using _ = { [Symbol.dispose]: () => project.remove() };
    const path = folder.emptyFolder();
    const names = ["a", "b", "c", "d"];
    for (const name of names) {
      writeFileSync(`${path}/${name}.xlsx`, encodeWorkbook({ sheets: [roomySheet("One", 6, 4)] }));
    }
    const training = {
      runs: project.runs,
      command: (root: string, name: string) => [
        process.execPath,
        `${PROJECT_ROOT}/core/commands/train.ts`,
        project.config,
        `--data.root=${root}`,
        `--data.dataset_names=${JSON.stringify([name])}`,
        "--runs",
        project.runs,
      ],
    };
    await using started = await start(path, 0, training);
    await using watched = await browser.open(started.server.address);
    const { page } = watched;
    await ready(page);
    for (let done = 1; done <= names.length; done++) {
      await page.getByLabel("Range of table 1").fill("B2:D6");
      await page.keyboard.press("Enter");
      await until(() => linesOf(path).length === done);
      await page.locator("#sheet").focus();
      await page.keyboard.press("Enter");
      if (done < names.length) {
        await page.waitForFunction(
          () => document.querySelector<HTMLInputElement>("li.table .range")?.value === "A1:D6",
        );
      }
    }
    expect(linesOf(path).map(({ table_regions }) => table_regions)).toEqual(names.map(() => ["B2:D6"]));
    await page.getByText("all saved").waitFor();
    await page.keyboard.press("t");
    const dialog = page.getByRole("dialog", { name: "Fine-tune on your labels" });
    await dialog.getByText(`on the ${names.length} sheets that you labelled`).waitFor();
    await dialog.getByRole("button", { name: "Start" }).click();
    await dialog.getByText("F1 by epoch").waitFor();
    await dialog.getByRole("button", { name: "Start" }).waitFor();
    const [run] = project.runFolders();
    const record = JSON.parse(readFileSync(`${run}/run.json`, "utf8"));
    expect(record).toMatchObject({ status: "finished", epoch: 1 });
    const { root, dataset_names: sets } = record.config.data;
    const read = readFileSync(`${root}/${sets[0]}/annotations/annotations.jsonl`, "utf8");
    expect(read).toBe(readFileSync(`${path}/annotations.jsonl`, "utf8"));
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`has no serious fault that axe-core finds, ${colorScheme}`, async () => {
      const path = make("a.xlsx", [roomySheet("One", 6, 4), filledSheet("Two", 3, 3)]);
      await using started = await start(path);
      await using watched = await browser.open(started.server.address, { colorScheme });
      const { page } = watched;
      const axe = readFileSync(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir), "utf8");
      await ready(page);
      await page.evaluate(axe);
      await page.locator("#sheet").focus();
      await page.keyboard.press("Tab");
      expect(await seriousFaults(page)).toEqual([]);
      await page.keyboard.press("t");
      await page.getByRole("dialog", { name: "Fine-tune on your labels" }).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
    });
  }
});

/** The sheet and its tables are there. */
async function ready(page: Page): Promise<void> {
  await page.locator("li.table").first().waitFor();
  await page.locator("#sheet canvas[data-frames]").waitFor();
}

function ranges(page: Page): Promise<string[]> {
  return page
    .locator("li.table .range")
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
}

type Place = readonly [row: number, col: number, where: "middle" | "bottom" | "bottom-off"];

/**
 * Drags from one place of the sheet to another; `bottom-off` is on the border and on no handle.
 *
 * @param meanwhile What happens before the button is released.
 */
async function drag(
  page: Page,
  from: Place,
  to: Place,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const id = new URL(page.url()).hash.slice(1);
  const { layout } = (await page.evaluate(
    async (address) => (await fetch(address)).json(),
    `/api/label/sheets/${id}`,
  )) as OpenedSheet;
  const [rows, cols] = [new Axis(layout.heights), new Axis(layout.widths)];
  const box = (await page.locator("#sheet").boundingBox())!;
  const point = ([row, col, where]: Place) => {
    const [width, height] = [cols.sizeOf(col), rows.sizeOf(row)];
    const across = where === "middle" ? width / 2 : where === "bottom" ? 0 : width / 4;
    const down = where === "middle" ? height / 2 : height - 1;
    return [
      box.x + headWidthOf(rows) + cols.startOf(col) + across,
      box.y + HEAD_HEIGHT + rows.startOf(row) + down,
    ] as const;
  };
  await page.mouse.click(...point([from[0], from[1], "middle"]));
  await page.mouse.move(...point(from));
  await page.mouse.down();
  await page.mouse.move(...point(to), { steps: 4 });
  await meanwhile();
  await page.mouse.up();
}

async function idOf({ server }: Started, sheet: string): Promise<string> {
  const { sheets } = (await (await ask(server, "")).json()) as LabelList;
  return sheets.find((row) => row.sheet === sheet)!.id;
}

async function putLabel(
  { server }: Started,
  id: string,
  state: SheetState,
  tables: readonly string[],
): Promise<void> {
  expect(tables.map(parseRange)).not.toContain(null);
  const body = JSON.stringify({ version: 0, state, tables, confidence: null, note: "" });
  expect((await ask(server, `/sheets/${id}`, { method: "PUT", body })).status).toBe(200);
}

function ask({ port, token }: LabelServer, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(`http://127.0.0.1:${port}/api/label${path}`, { ...init, headers });
}
