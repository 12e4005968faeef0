/** Tests that files appear whole or not at all. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AtomicOutput } from "../../core/files/atomic-output.ts";
import { copyFileAtomic } from "../../core/files/copy-atomic.ts";
import { removeTemporaries, temporaryPath } from "../../core/files/temporaries.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(120_000); // on a busy machine too

const root = sharedFolder("atomic-files").path;

let folders = 0;
function emptyFolder(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

test("AtomicOutput shows nothing under the final name before commit(), then all pieces in order", () => {
  const folder = emptyFolder();
  const path = join(folder, "data.bin");
  writeFileSync(path, "before");
  const output = new AtomicOutput(path);
  const pieces = [3, 300_000, 1, 262_144, 262_143, 40_000_000, 0, 5].map((size, i) =>
    new Uint8Array(size).fill(i + 1),
  );
  let position = 0;
  for (const piece of pieces) {
    expect(output.position).toBe(position);
    output.write(piece);
    position += piece.length;
  }
  expect(readFileSync(path, "utf8")).toBe("before");
  output.commit();
  expect(readFileSync(path).equals(Buffer.concat(pieces))).toBe(true);
  expect(readdirSync(folder)).toEqual(["data.bin"]);
});

test("AtomicOutput.write() takes its bytes at once: the caller may change them afterwards", () => {
  const path = join(emptyFolder(), "data.bin");
  const output = new AtomicOutput(path);
  const piece = new Uint8Array(10).fill(1);
  output.write(piece);
  piece.fill(2);
  output.commit();
  expect([...readFileSync(path)]).toEqual(Array(10).fill(1));
});

test("AtomicOutput.abort() leaves what was there before, and nothing else", () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "data.bin"), "before");
  const output = new AtomicOutput(join(folder, "data.bin"));
  output.write(new Uint8Array(1_000_000));
  output.abort();
  expect(readFileSync(join(folder, "data.bin"), "utf8")).toBe("before");
  expect(readdirSync(folder)).toEqual(["data.bin"]);
  expect(() => output.commit()).toThrow("already closed");
});

test("AtomicOutput closes every handle that it opened", async () => {
  if (process.platform !== "linux") return;
  const folder = emptyFolder();
  const open = () =>
    readdirSync("/proc/self/fd").filter((handle) => {
      try {
        return readlinkSync(join("/proc/self/fd", handle)).startsWith(folder);
      } catch {
        return false; // closed meanwhile
      }
    });
  for (let i = 0; i < 3; i++) {
    const output = new AtomicOutput(join(folder, "data.bin"));
    output.write(new Uint8Array(70_000_000));
    expect(open().length).toBeGreaterThan(0);
    if (i % 2 === 0) output.commit();
    else output.abort();
  }
  await until(() => open().length === 0); // the last ones are closed in the background
});

test("copyFileAtomic() gives a file a second name and replaces what stood there", () => {
  const folder = emptyFolder();
  const [source, target] = [join(folder, "a"), join(folder, "b")];
  writeFileSync(source, "new");
  writeFileSync(target, "old");
  copyFileAtomic(source, target);
  copyFileAtomic(source, target); // another name of the same file by now
  expect(readFileSync(target, "utf8")).toBe("new");
  expect(readdirSync(folder).sort()).toEqual(["a", "b"]);
});

test("copyFileAtomic() of a file that is not there leaves the target as it was", () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "b"), "old");
  expect(() => copyFileAtomic(join(folder, "a"), join(folder, "b"))).toThrow("ENOENT");
  expect(readdirSync(folder)).toEqual(["b"]);
  expect(readFileSync(join(folder, "b"), "utf8")).toBe("old");
});

test("removeTemporaries() removes what writers left, at any depth, and nothing of the user's", () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, "checkpoints"));
  const keep = ["last.pt", "notes.tmp", "a.12.tmp"];
  const temporary = temporaryPath(join(folder, "log.txt"));
  for (const name of [...keep, "last.pt.123.abc123.tmp", "checkpoints/best.pt.9.zz9.tmp"]) {
    writeFileSync(join(folder, name), "");
  }
  writeFileSync(temporary, "");
  expect(removeTemporaries(folder).sort()).toEqual([
    join(folder, "checkpoints/best.pt.9.zz9.tmp"),
    join(folder, "last.pt.123.abc123.tmp"),
    temporary,
  ]);
  expect(readdirSync(folder).sort()).toEqual([...keep, "checkpoints"].sort());
  expect(removeTemporaries(join(folder, "absent"))).toEqual([]);
});
