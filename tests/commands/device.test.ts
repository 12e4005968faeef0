/** Tests what `bun run device` refuses to set up and to remove, and that a dry run changes nothing. */

import { expect, test } from "bun:test";
import { missingWebgpuPackages } from "../../core/tensor/webgpu/availability.ts";
import { runCommand } from "../support/run-command.ts";

const device = (...args: string[]) => runCommand("core/commands/device.ts", args);

test("device setup names what can be set up, and device remove what can be removed", async () => {
  const setup = await device("setup", "wasm");
  expect([setup.code, setup.stdout]).toEqual([2, ""]);
  expect(setup.stderr).toContain("expected  native, cuda or webgpu: wasm and js are always there\n");
  expect(setup.stderr).toContain("fix       bun run device setup native\n");
  const remove = await device("remove", "webgpu");
  expect([remove.code, remove.stdout]).toEqual([2, ""]);
  expect(remove.stderr).toContain("expected  native or cuda: the others are packages alone\n");
});

test("device setup webgpu takes no library", async () => {
  const { code, stderr } = await device("setup", "webgpu", "--lib", "x", "--wheel", "y");
  expect(code).toBe(2);
  expect(stderr).toContain("Cannot use --lib and --wheel here\n");
});

test("device setup webgpu --dry-run says which packages would be installed", async () => {
  const missing = missingWebgpuPackages();
  const { code, stdout } = await device("setup", "webgpu", "--dry-run");
  const said = missing.length === 0 ? "The packages are installed" : `Would install ${missing.join(" and ")}`;
  expect([code, stdout]).toEqual([0, `${said}\n`]);
});
