/** Tests how much memory reading and writing a checkpoint takes. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { PtTensor } from "../../core/checkpoint/pt-value.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { bytes, writeArchive, writePickleFile } from "../support/pickle.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const folder = sharedFolder("memory").path;
const file = join(folder, "file.pt");

const MEGABYTE = 1 << 20;

/**
 * The system keeps the peak of each process there (proc(5), VmHWM); getrusage's is inherited from the parent.
 */
const onLinux = test.skipIf(process.platform !== "linux");

/**
 * Runs a script in a process of its own and returns what it prints and by how much its memory grew at most.
 */
async function run(body: string): Promise<{ printed: string; grownBytes: number }> {
  const module = (name: string) => JSON.stringify(join(import.meta.dir, "../../core/checkpoint", name));
  const script = join(folder, "script.ts");
  await Bun.write(
    script,
    `import { readFileSync } from "node:fs";
     import { readPtFile } from ${module("read-pt.ts")};
     import { writePtFile } from ${module("write-pt.ts")};
     import { PtTensor } from ${module("pt-value.ts")};
     const path = ${JSON.stringify(file)};
     const highest = () => 1024 * Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
     ${body}`,
  );
  const child = Bun.spawn([process.execPath, script], { stdout: "pipe", stderr: "inherit" });
  const [printed = "", grown] = (await new Response(child.stdout).text()).trim().split("\n");
  expect(await child.exited).toBe(0);
  return { printed, grownBytes: Number(grown) };
}

const read = () =>
  run(`
    const before = highest();
    let outcome = "read";
    try {
      readPtFile(path);
    } catch (error) {
      outcome = error.name;
    }
    console.log(outcome);
    console.log(highest() - before);`);

/** `piece` for each of a quarter of a million numbers. */
function numbered(piece: (i: number) => string): string {
  return Array.from({ length: MEGABYTE / 4 }, (_, i) => piece(i)).join("");
}

/** A number as four characters, little-endian. */
const four = (i: number) => String.fromCharCode(i & 255, (i >> 8) & 255, i >> 16, 0);

const hostile: [string, () => Uint8Array][] = [
  ["dictionaries", () => bytes("(", "}".repeat(MEGABYTE), "t")],
  ["lists", () => bytes("(", "]".repeat(MEGABYTE), "t")],
  ["nested tuples", () => bytes("N", "\x85".repeat(MEGABYTE))],
  ["marks", () => bytes("N", "(".repeat(4 * MEGABYTE))],
  ["numbers", () => bytes("(", "G".concat("\x40".repeat(8)).repeat(MEGABYTE / 2), "t")],
  ["large integers", () => bytes("(", `\x8a\x10${"\x7f".repeat(16)}`.repeat(MEGABYTE / 4), "t")],
  ["short texts", () => bytes("(", "X\x01\x00\x00\x00a".repeat(MEGABYTE / 2), "t")],
  [
    "memo entries",
    () =>
      bytes(
        "N",
        numbered((i) => `r${four(i)}`),
      ),
  ],
  [
    "keys",
    () =>
      bytes(
        "}(",
        numbered((i) => `X\x07\x00\x00\x00k${String(i).padStart(6, "0")}N`),
        "u",
      ),
  ],
  [
    "empty OrderedDicts",
    () => bytes("ccollections\nOrderedDict\nq\x000(", "h\x00)R".repeat(MEGABYTE / 2), "t"),
  ],
];
for (const [what, body] of hostile) {
  onLinux(`a file of ${what} costs at most twice its size and 64 MB`, async () => {
    writePickleFile(file, body());
    const { grownBytes } = await read();
    expect(grownBytes / MEGABYTE).toBeLessThan((2 * statSync(file).size) / MEGABYTE + 64);
  });
}

onLinux("an archive of many empty entries costs at most twice its size and 64 MB", async () => {
  writeArchive(
    file,
    Array.from({ length: 20_000 }, (_, i) => ({ name: `a/data/${i}`, bytes: new Uint8Array(0) })),
  );
  const { grownBytes } = await read();
  expect(grownBytes / MEGABYTE).toBeLessThan((2 * statSync(file).size) / MEGABYTE + 64);
});

onLinux("a file of tensors is read within twice its size and 64 MB, the tensors among it", async () => {
  const tensors = Array.from(
    { length: 8 },
    () => new PtTensor("float32", [MEGABYTE], new Float32Array(MEGABYTE)),
  );
  writePtFile(file, tensors);
  const { printed, grownBytes } = await read();
  expect(printed).toBe("read");
  expect(grownBytes / MEGABYTE).toBeLessThan((2 * statSync(file).size) / MEGABYTE + 64);
});

onLinux("writing takes at most one copy of the largest tensor more than the tensors themselves", async () => {
  const { grownBytes } = await run(`
    const data = Array.from({ length: 8 }, (_, i) => new Float32Array(${2 * MEGABYTE}).fill(i));
    const value = data.map((array) => new PtTensor("float32", [array.length], array));
    writePtFile(path, []); // code and buffers are there before anything is measured
    const before = highest();
    writePtFile(path, value);
    console.log("written");
    console.log(highest() - before);`);
  expect(grownBytes / MEGABYTE).toBeLessThan(8);
});
