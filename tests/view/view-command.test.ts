/** Tests `bun run view` as a command: what it prints, that it serves the real page, and how it ends. */

import { expect, test } from "bun:test";
import { writeRecordedRun } from "../support/recorded-run.ts";
import { runCommand, startCommand } from "../support/run-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const VIEW = "core/commands/view.ts";

test("view prints an address that leads to the page and its program, and ends with 0 at Ctrl-C", async () => {
  using folder = temporaryFolder("view");
  writeRecordedRun(folder.join("one"));
  const viewer = startCommand(VIEW, [folder.path]);
  const reader = viewer.stdout.getReader();
  let printed = "";
  while (!printed.includes("Ctrl-C ends it"))
    printed += new TextDecoder().decode((await reader.read()).value);
  const [, base, token] = /open (http:\/\/127\.0\.0\.1:\d+)\/\?token=([0-9a-f]{32})\n/.exec(printed)!;
  const ask = (path: string) => fetch(base + path, { headers: { authorization: `Bearer ${token}` } });
  expect(await (await ask("/")).text()).toContain('<script type="module" src="/assets/page.js">');
  expect((await (await ask("/assets/page.js")).text()).length).toBeGreaterThan(20_000);
  expect((await (await ask("/assets/page.css")).text()).length).toBeGreaterThan(1000);
  viewer.kill("SIGINT");
  expect(await viewer.exited).toBe(0);
  expect(await new Response(viewer.stderr).text()).toBe("");
}, 60_000);

test("view refuses what is no run and no folder, and ports that are none, with exit code 2", async () => {
  using folder = temporaryFolder("view");
  for (const [args, said] of [
    [[folder.join("nothing")], "Cannot tell which run is meant"],
    [[folder.write("file", "")], "a folder of runs, or the folder of a run"],
    [[folder.path, "--port", "70000"], "a whole number from 0 to 65535"],
    [[folder.path, "--prot", "1"], "--port"],
  ] as const) {
    const { code, stderr } = await runCommand(VIEW, args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  }
}, 60_000);
