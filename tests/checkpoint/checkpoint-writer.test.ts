/** Tests checkpoints that are written in the background: order, copies, failures, full disks, kills. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { CheckpointWriter } from "../../core/checkpoint/checkpoint-writer.ts";
import { type PtMap, PtTensor, type PtWritable } from "../../core/checkpoint/pt-value.ts";
import { readPtFile } from "../../core/checkpoint/read-pt.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { removeTemporaries } from "../../core/files/temporaries.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const root = sharedFolder("checkpoint-writer").path;

let folders = 0;
function emptyFolder(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

const weights = (value: number, size = 1000): PtWritable & { w: PtTensor } => ({
  w: new PtTensor("float32", [size], new Float32Array(size).fill(value)),
});
const firstWeight = (path: string) => ((readPtFile(path) as PtMap).get("w") as PtTensor).data[0];

test("begin() copies: what is changed afterwards does not reach the file", async () => {
  const file = join(emptyFolder(), "last.pt");
  const writer = new CheckpointWriter();
  const value = weights(1, 3_000_000);
  const { written } = await writer.begin([file], value);
  (value.w.data as Float32Array).fill(2);
  expect(await written).toEqual([file]);
  expect(((readPtFile(file) as PtMap).get("w") as PtTensor).data.every((item) => item === 1)).toBe(true);
  await writer.close();
});

test("checkpoints begun one after the other are all written, the last one last", async () => {
  const folder = emptyFolder();
  const writer = new CheckpointWriter();
  for (let epoch = 1; epoch <= 5; epoch++) {
    await writer.begin(
      [join(folder, "last.pt"), join(folder, `checkpoint_epoch_${epoch}.pt`)],
      weights(epoch, 1000 * epoch),
    );
  }
  await writer.flush();
  expect(firstWeight(join(folder, "last.pt"))).toBe(5);
  for (let epoch = 1; epoch <= 5; epoch++)
    expect(firstWeight(join(folder, `checkpoint_epoch_${epoch}.pt`))).toBe(epoch);
  expect(readdirSync(folder)).toHaveLength(6);
  await writer.close();
});

test("checkpoints begun at once are written one after the other, each with its own tensors", async () => {
  const folder = emptyFolder();
  const files = [1, 2, 3].map((epoch) => join(folder, `checkpoint_epoch_${epoch}.pt`));
  const writer = new CheckpointWriter();
  const begun = files.map((file, i) => writer.begin([file], weights(i + 1, 100_000)));
  const refused = writer.begin([join(folder, "never.pt")], { a: (() => 1) as never });
  const after = writer.begin([join(folder, "last.pt")], weights(4));
  await expect(refused).rejects.toThrow("a is function");
  await Promise.all(begun);
  await after;
  await writer.close();
  expect(files.map(firstWeight)).toEqual([1, 2, 3]);
  expect(firstWeight(join(folder, "last.pt"))).toBe(4);
});

test("several names of one checkpoint take the disk's space once, and are replaced one by one", async () => {
  const folder = emptyFolder();
  const [last, best] = [join(folder, "last.pt"), join(folder, "best.pt")];
  const writer = new CheckpointWriter();
  await writer.begin([last, best], weights(1));
  await writer.flush();
  if (process.platform === "linux") expect(statSync(last).ino).toBe(statSync(best).ino);
  await writer.begin([last], weights(2));
  await writer.close();
  expect([firstWeight(last), firstWeight(best)]).toEqual([2, 1]);
});

test("a failure rejects `written` with a UserError, and the writer goes on afterwards", async () => {
  const folder = emptyFolder();
  const writer = new CheckpointWriter();
  const { written } = await writer.begin([join(folder, "absent", "last.pt")], weights(1));
  const failure = await written.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(String(failure)).toContain("the folder does not exist (ENOENT)");
  await writer.flush();
  await writer.begin([join(folder, "last.pt")], weights(3));
  await writer.close();
  expect(firstWeight(join(folder, "last.pt"))).toBe(3);
});

test("a failure that is not handled is printed and makes the process fail", async () => {
  const { code, stderr } = await runScript(`
    const writer = new CheckpointWriter();
    await writer.begin(["/absent/folder/last.pt"], {});
    await writer.begin(["/absent/folder/last.pt"], {});
    setInterval(() => {}, 1000); // would go on for ever
  `);
  expect(stderr).toContain("ENOENT");
  expect(code).toBe(1);
});

test("what cannot be written is refused by begin() itself", async () => {
  const writer = new CheckpointWriter();
  const begun = writer.begin([join(emptyFolder(), "last.pt")], { a: (() => 1) as never });
  await expect(begun).rejects.toThrow("a is function");
  await writer.close();
});

test("an idle writer does not keep the process from ending, a busy one does until the file is whole", async () => {
  const folder = emptyFolder();
  const file = join(folder, "last.pt");
  const { code } = await runScript(`
    const writer = new CheckpointWriter();
    await writer.begin([${JSON.stringify(file)}], { w: new PtTensor("float32", [3e6], new Float32Array(3e6).fill(4)) });
  `);
  expect(code).toBe(0);
  expect(firstWeight(file)).toBe(4);
});

/**
 * Runs a script with the writer in a process of its own. `limit`: the largest file that it may write, in KiB.
 */
async function runScript(body: string, limit?: number): Promise<{ code: number; stderr: string }> {
  const module = (name: string) => JSON.stringify(join(import.meta.dir, "../../core/checkpoint", name));
  const script = join(emptyFolder(), "script.ts");
  await Bun.write(
    script,
    `import { CheckpointWriter } from ${module("checkpoint-writer.ts")};
     import { writePtFile } from ${module("write-pt.ts")};
     import { PtTensor } from ${module("pt-value.ts")};
     ${body}`,
  );
  const command = `trap '' XFSZ; ${limit === undefined ? "" : `ulimit -f ${limit}; `}exec "$0" "$1"`;
  const child = Bun.spawn(["bash", "-c", command, process.execPath, script], {
    stdout: "ignore",
    stderr: "pipe",
  });
  const stderr = await new Response(child.stderr).text();
  return { code: await child.exited, stderr };
}

// The largest permitted file stands in for a full disk: the same call fails, at the same place, without a
// mount.
test.skipIf(process.platform === "win32")(
  "a disk that takes no more leaves the checkpoint from before, and no rest",
  async () => {
    const folder = emptyFolder();
    const file = join(folder, "last.pt");
    writePtFile(file, weights(1));
    for (const write of [
      `writePtFile(path, value)`,
      `const writer = new CheckpointWriter(); const { written } = await writer.begin([path], value); await written`,
    ]) {
      const body = `const path = ${JSON.stringify(file)};
      const value = { w: new PtTensor("float32", [1e6], new Float32Array(1e6)) };
      try { ${write}; } catch (error) { console.error(error.name, error.message); process.exit(1); }
      process.exit(0);`;
      const { code, stderr } = await runScript(body, 1024);
      expect(stderr).toContain("UserError");
      expect(stderr).toContain(`${file}  Cannot write the checkpoint`);
      expect(stderr).toContain("EFBIG");
      expect(code).toBe(1);
    }
    expect(firstWeight(file)).toBe(1);
    expect(readdirSync(folder)).toEqual(["last.pt"]);
  },
);

test.skipIf(process.platform === "win32")(
  "a process killed while it writes leaves whole checkpoints only",
  async () => {
    const folder = emptyFolder();
    const file = join(folder, "last.pt");
    writePtFile(file, weights(0, 2_000_000));
    for (let round = 1; round <= 8; round++) {
      const script = join(emptyFolder(), "script.ts");
      await Bun.write(
        script,
        `import { writePtFile } from ${JSON.stringify(join(import.meta.dir, "../../core/checkpoint/write-pt.ts"))};
       import { PtTensor } from ${JSON.stringify(join(import.meta.dir, "../../core/checkpoint/pt-value.ts"))};
       const data = new Float32Array(2e6).fill(${round});
       console.log("writing");
       for (;;) writePtFile(${JSON.stringify(file)}, { w: new PtTensor("float32", [2e6], data) });`,
      );
      const child = Bun.spawn([process.execPath, script], { stdout: "pipe", stderr: "inherit" });
      await child.stdout.getReader().read();
      await Bun.sleep(5 + 7 * round); // spreads the kills; no moment is a wrong one
      child.kill("SIGKILL");
      await child.exited;
      const { data } = (readPtFile(file) as PtMap).get("w") as PtTensor; // sums are checked on the way
      expect(data[0]).toBeLessThanOrEqual(round);
      expect(data.every((item) => item === data[0])).toBe(true);
    }
    removeTemporaries(folder);
    expect(readdirSync(folder)).toEqual(["last.pt"]);
  },
);
