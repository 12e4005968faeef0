/** Tests `bun run label` as a process: its port, and what is left when it is killed under way. */

import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { isBrowserMissing, SharedBrowser } from "../support/browser.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { runCommand } from "../support/run-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

interface Labelling extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  readonly process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** Everything that it has printed, once it has ended. */
  readonly printed: Promise<string>;
}

/** Starts the command, and waits until it has printed its address. */
async function labelling(folder: string, ...options: readonly string[]): Promise<Labelling> {
  const program = join(PROJECT_ROOT, "core/commands/label.ts");
  const child = Bun.spawn([process.execPath, program, folder, "--blocks", ...options], {
    env: { ...process.env, NO_COLOR: "1" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const warned = new Response(child.stderr).text();
  let text = "";
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) text += decoder.decode(chunk, { stream: true });
  })();
  await until(() => /open http:\S+\n/.test(text), child);
  const address = /open (http:\S+)/.exec(text)![1]!;
  return {
    address,
    port: Number(new URL(address).port),
    process: child,
    printed: ended.then(async () => text + (await warned)),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

function folderWithSheets(name: string) {
  const folder = temporaryFolder(name);
  writeFileSync(folder.join("a.xlsx"), encodeWorkbook({ sheets: [filledSheet("One", 30, 8)] }));
  return folder;
}

test("two workbenches are at two ports, the second says that the usual one is taken, and Ctrl-C ends them", async () => {
  using one = folderWithSheets("label-port-1");
  using two = folderWithSheets("label-port-2");
  await using first = await labelling(one.path);
  await using second = await labelling(two.path);
  expect(second.port).not.toBe(first.port);
  for (const { process } of [first, second]) process.kill("SIGINT");
  expect(await Promise.all([first.process.exited, second.process.exited])).toEqual([0, 0]);
  expect(second.port).not.toBe(7437);
  expect(await second.printed).toContain("port 7437 is taken");
});

test("a port that is named and taken, and a second process on the same labels, are errors with exit code 2", async () => {
  using folder = folderWithSheets("label-port-named");
  using other = folderWithSheets("label-port-other");
  await using first = await labelling(folder.path, "--port", "0");
  const port = String(first.port);
  const taken = await runCommand("core/commands/label.ts", [other.path, "--blocks", "--port", port]);
  expect(taken.code).toBe(2);
  expect(taken.stderr).toContain("Cannot start the workbench");
  const second = await runCommand("core/commands/label.ts", [folder.path, "--blocks", "--port", "0"]);
  expect(second.code).toBe(2);
  expect(second.stderr).toContain(`${first.process.pid}`);
});

describe.skipIf(isBrowserMissing())("killed under way", () => {
  const browser = new SharedBrowser();

  test("a server that is killed while the page saves loses nothing, and leaves labels that can be read", async () => {
    using folder = folderWithSheets("label-killed");
    const output = folder.join("annotations.jsonl");
    await using first = await labelling(folder.path, "--port", "0");
    await using watched = await browser.open(first.address);
    const { page } = watched;
    const field = page.getByLabel("Range of table 1");
    await field.waitFor();
    let last = "";
    for (let row = 2; row <= 29; row++) {
      last = `A1:H${row}`;
      await field.fill(last);
      await field.press("Enter");
      if (row === 10) await until(() => existsSync(output));
      if (row === 20) first.process.kill("SIGKILL");
    }
    await first.process.exited;
    const [line, rest] = readFileSync(output, "utf8").split("\n");
    const killed = JSON.parse(line!).table_regions as string[];
    expect([killed.length, rest]).toEqual([1, ""]);
    expect(killed).not.toEqual([last]);
    await using second = await labelling(folder.path, "--port", String(first.port));
    await page.goto(second.address);
    await until(() => readFileSync(output, "utf8").includes(`"table_regions":["${last}"]`));
    await field.waitFor();
    expect(await field.inputValue()).toBe(last);
    await page.getByText("all saved").waitFor();
    expect(readFileSync(output, "utf8").trim().split("\n")).toHaveLength(1);
  });
});
