/**
 * Tests where an output may go: never onto what is read, onto a device as a file, or onto a file of the
 * user's.
 */

import { afterAll, expect, test } from "bun:test";
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { InputFiles } from "../../core/files/input-files.ts";
import { type OutputWriter, openOutput } from "../../core/files/open-output.ts";
import {
  isStandardOutput,
  type OutputPlace,
  type OutputRules,
  outputFiles,
  outputPlace,
} from "../../core/files/output-place.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const temporary = temporaryFolder("output-place");
const folder = temporary.path;
afterAll(() => temporary.remove());
const input = temporary.write("data/in.csv", "read");
const own = temporary.write("own.csv", "ours");
const foreign = temporary.write("foreign.csv", "theirs");

function rules(more: Partial<OutputRules> = {}): OutputRules {
  return {
    what: "the page",
    another: "--html another file",
    endings: [".csv", ""],
    inputs: new InputFiles().add("workbook", [input]),
    overwrite: false,
    isOwn: (path) => readFileSync(path, "utf8") === "ours",
    ...more,
  };
}

/** What is said, and that it is wrong usage. */
function refusal(path: string, more: Partial<OutputRules> = {}): string {
  try {
    outputPlace(path, rules(more));
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) return error.message;
    throw error;
  }
  throw new Error(`${path} was not refused`);
}

test("outputPlace() takes new names, empty files, and files that this program wrote", () => {
  const empty = temporary.write("empty.csv", "");
  for (const path of [join(folder, "new.csv"), join(folder, "none"), empty, own]) {
    expect(outputPlace(path, rules())).toEqual({ kind: "file", named: path, path });
  }
});

test("outputPlace() refuses a file that this program did not write, unless it may be overwritten", () => {
  expect(refusal(foreign)).toContain("fix       --html another file, or --overwrite to replace this one");
  expect(outputPlace(foreign, rules({ overwrite: true }))).toMatchObject({ kind: "file", path: foreign });
});

test("outputPlace() refuses what is read, under whatever name, even where files may be overwritten", () => {
  const [symbolic, hard] = [join(folder, "symbolic.csv"), join(folder, "hard.csv")];
  symlinkSync(input, symbolic);
  linkSync(input, hard);
  symlinkSync(join(folder, "data"), join(folder, "linked"));
  for (const path of [input, symbolic, hard, join(folder, "linked", "in.csv")]) {
    for (const overwrite of [false, true]) {
      expect(refusal(path, { overwrite })).toContain(`it would replace the workbook ${input}`);
    }
  }
  const missing = join(folder, "gone.csv");
  expect(refusal(missing, { inputs: new InputFiles().add("workbook", [missing]) })).toContain("itself");
});

test("outputPlace() follows a link to the file that is meant, which stays a link", () => {
  const link = join(folder, "link.csv");
  symlinkSync("own.csv", link);
  expect(outputPlace(link, rules())).toEqual({ kind: "file", named: link, path: own });
  const dangling = join(folder, "dangling.csv");
  symlinkSync("later.csv", dangling);
  expect(outputPlace(dangling, rules())).toMatchObject({ path: join(folder, "later.csv") });
});

test("outputPlace() refuses folders, and endings that are not written", () => {
  mkdirSync(join(folder, "a folder"));
  expect(refusal(join(folder, "a folder"))).toContain("got       it is a folder");
  expect(refusal(join(folder, "x.XLSX"))).toContain("got       .xlsx");
  expect(refusal(join(folder, "x"), { endings: [".csv"] })).toContain("a name without an ending");
});

test.skipIf(process.platform === "win32")(
  "outputPlace() knows devices, pipes and the standard streams",
  () => {
    expect(outputPlace("/dev/null", rules())).toMatchObject({ kind: "device", path: "/dev/null" });
    for (const path of ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]) {
      expect([path, isStandardOutput(path)]).toEqual([path, true]);
      expect(outputPlace(path, rules())).toMatchObject({ kind: "descriptor", number: 1 });
    }
    const link = join(folder, "to-stdout");
    symlinkSync("/dev/stdout", link);
    expect(isStandardOutput(link)).toBe(true);
    const pipe = join(folder, "pipe.csv");
    Bun.spawnSync(["mkfifo", pipe]);
    expect(outputPlace(pipe, rules())).toMatchObject({ kind: "device" });
  },
);

test("outputFiles() tells all that is wrong at once, and takes no device", () => {
  const paths = [join(folder, "n.csv"), foreign, input];
  expect(() => outputFiles(paths, rules())).toThrow(/foreign\.csv[\s\S]*in\.csv/);
  expect(outputFiles([own], rules())).toEqual([own]);
  if (process.platform !== "win32") expect(() => outputFiles(["/dev/null"], rules())).toThrow("a device");
});

test.skipIf(process.platform === "win32")("openOutput() writes into a pipe, which stays one", async () => {
  const pipe = join(folder, "in-use");
  Bun.spawnSync(["mkfifo", pipe]);
  const place = outputPlace(pipe, rules());
  expect(() => openOutput(place)).toThrow("ENXIO"); // nobody reads it
  const reader = Bun.spawn(["cat", pipe], { stdout: "pipe" });
  let output: OutputWriter | null = null;
  await until(() => {
    output = openUnlessAlone(place);
    return output !== null;
  }, reader);
  const text = "x".repeat(300_000); // more than a pipe holds
  const read = new Response(reader.stdout).text();
  output!.write(Buffer.from(text));
  output!.commit();
  output!.abort();
  expect(await read).toBe(text);
});

/** Null as long as nobody reads the pipe. */
function openUnlessAlone(place: OutputPlace): OutputWriter | null {
  try {
    return openOutput(place);
  } catch {
    return null;
  }
}

test("openOutput() leaves a file as it was until it is committed", () => {
  const path = temporary.write("kept.csv", "ours");
  const output = openOutput(outputPlace(path, rules()));
  output.write(Buffer.from("new"));
  expect(readFileSync(path, "utf8")).toBe("ours");
  output.commit();
  output.abort();
  expect(readFileSync(path, "utf8")).toBe("new");
  writeFileSync(path, "");
});

test("outputPlace() refuses a missing folder where it has to be there, and a file in a folder's place", () => {
  const missing = join(folder, "nodir", "inner", "x.csv");
  expect(outputPlace(missing, rules())).toEqual({ kind: "file", named: missing, path: missing });
  const text = refusal(missing, { needsFolder: true });
  expect(text).toContain(`no such folder: ${join(folder, "nodir", "inner")}`);
  expect(refusal(join(own, "inner", "x.csv"))).toContain(`${own} is not a folder`);
});
