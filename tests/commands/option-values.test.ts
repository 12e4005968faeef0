/** Tests the values of options: what is refused, with what was expected and a fix that works when copied. */

import { expect, test } from "bun:test";
import { type ArgsDef, parseArgs } from "citty";
import { UserError } from "../../core/base/problem.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { defineDataCommand, share, wholeNumber } from "../../core/commands/define-data-command.ts";
import { runCommand } from "../support/run-command.ts";

function fixOf(read: () => unknown): string | undefined {
  try {
    read();
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) return error.problems[0]!.fix;
    throw error;
  }
  throw new Error("the value was taken");
}

test("wholeNumber() offers the nearest number that is allowed, and an example for what is none", () => {
  expect(fixOf(() => wholeNumber("threads", "0", 1))).toBe("--threads=1");
  expect(fixOf(() => wholeNumber("limits", "100", 1, 64))).toBe("--limits=64");
  expect(fixOf(() => wholeNumber("limits", "2.4", 1, 64))).toBe("--limits=2");
  expect(fixOf(() => wholeNumber("threads", "many", 1))).toBe("a number, such as --threads=2");
});

test("share() reads what looks like percent as such, for its fix", () => {
  expect(fixOf(() => share("threshold", "50"))).toBe("--threshold=0.5");
  expect(fixOf(() => share("threshold", "1.5"))).toBe("a number, such as --threshold=0.5");
  expect(fixOf(() => share("threshold", "half"))).toBe("a number, such as --threshold=0.5");
});

test("a wrong value of an option ends with what was expected, what was found and a fix, and exit code 2", async () => {
  const book = "docs/samples/budget.xlsx";
  for (const [script, args, expected, fix] of [
    ["predict", [book, "--json", "--csv"], "one of --json, --jsonl and --csv", "--json alone"],
    ["predict", [book, "--device", "gpu"], "one of auto, cpu, cuda", "--device=auto"],
    [
      "predict",
      [book, "--retry-failed"],
      "--output with a .jsonl file",
      "--output found.jsonl --retry-failed",
    ],
    [
      "predict",
      [book, "--annotate=a.xlsx", "--annotate-dir=b"],
      "--annotate for the copy",
      "--annotate-dir b",
    ],
    [
      "predict",
      [book, "--output", "nowhere/x.csv"],
      "a file in a folder that is there",
      "make the folder, or",
    ],
    ["predict", ["docs/sampels"], "a workbook, a folder of workbooks", "docs/samples"],
    ["data", ["show", book, "--range", "A1-D4"], "a range of cells", "--range A1:D4"],
    ["data", ["show", book, "--channels", "al"], "all, or some of", "--channels all"],
    ["data", ["stats", "--split", "vali"], "one of all, train", "--split=validation"],
    ["data", ["label", "docs/sampels"], "a folder of workbooks", "docs/samples"],
    ["data", ["import", "excel-tables", "docs/sampels"], "a folder of workbooks", "docs/samples"],
    ["data", ["cache", "--size", "--clear"], "one of --size and --clear", "--clear"],
    ["evaluate", ["latest", "--runs", "no-such-folder-of-trainings"], "a checkpoint", "name a checkpoint"],
    ["evaluate", ["--thresholds", "--mode", "excel"], "a network", "leave out --thresholds"],
  ] as const) {
    const { code, stdout, stderr } = await runCommand(`core/commands/${script}.ts`, args, {
      cwd: PROJECT_ROOT,
    });
    expect([args, code, stdout]).toEqual([args, 2, ""]);
    expect(stderr).toContain(`  expected  ${expected}`);
    expect(stderr).toContain("  got       ");
    expect(stderr).toContain(`  fix       ${fix}`);
  }
}, 60_000);

test("a workbook that is missing is answered with the nearest one, and an address with what to do", async () => {
  const run = (...args: string[]) => runCommand("core/commands/predict.ts", args, { cwd: PROJECT_ROOT });
  const slip = await run("docs/samples/bugdet.xlsx", "--mode", "excel");
  expect([slip.code, slip.stderr]).toEqual([
    1,
    expect.stringContaining("the nearest workbook: docs/samples/budget.xlsx"),
  ]);
  const address = await run("https://example.org/a.xlsx", "--mode", "excel");
  expect([address.code, address.stderr]).toEqual([1, expect.stringContaining("fix       download it")]);
});

test("a fix that names the device of the configuration names the option of a command that has one", async () => {
  const run = () => {
    throw new UserError({ message: "No GPU", fix: "the driver; without a GPU: training.device: cpu" });
  };
  const rest = { name: "x", description: "x", sections: [], run };
  const messageOf = async (args: ArgsDef) => {
    const command = defineDataCommand({ ...rest, args });
    const call = async () => command.run!({ rawArgs: [], args: parseArgs([], {}), cmd: command });
    return (await call().catch((error: unknown) => error)) as UserError;
  };
  const device = { type: "string", default: "auto" } as const;
  expect((await messageOf({ device })).problems[0]!.fix).toBe("the driver; without a GPU: --device=cpu");
  expect((await messageOf({})).problems[0]!.fix).toContain("training.device: cpu");
});
