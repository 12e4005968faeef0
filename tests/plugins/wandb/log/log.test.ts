/** Tests that a log reads back as it was written, also after damage and full disks. */

import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LogWriter, type RecordContent } from "../../../../plugins/wandb/log/log-writer.ts";
import { skipped } from "../../../support/skipped.ts";
import { sharedFolder } from "../../../support/temporary-folder.ts";
import { readAll, readStrictly, readWithWandb, WANDB_PYTHON } from "../../../support/wandb-read-log.ts";

const folder = () => sharedFolder("wandb-log").path;
const exit: RecordContent = { case: "exit", value: { exitCode: 0, runtime: 2 } };
const output = (line: string): RecordContent => ({ case: "outputRaw", value: { outputType: 1, line } });

/** The run of section 1.4 G of the format's description, made from its own values. */
const COMPLETE_RUN: RecordContent[] = [
  { case: "header", value: { versionInfo: { producer: "0.1.0", minConsumer: "0.70.0" } } },
  {
    case: "run",
    value: {
      runId: "abc12345",
      project: "p1",
      config: { update: [{ key: "lr", valueJson: "0.001" }] },
      displayName: "demo",
      startTime: { seconds: 1_700_000_000n, nanos: 500_000_000 },
    },
  },
];

describe("LogWriter", () => {
  test("writes the bytes of a run that W&B's client has synced", () => {
    const path = join(folder(), "run.wandb");
    const writer = LogWriter.create(path);
    for (const content of COMPLETE_RUN) writer.append(content);
    const pair = (key: string, json: string) => ({ nestedKey: [key], valueJson: json });
    writer.append({
      case: "history",
      value: {
        item: [
          pair("loss", "0.5"),
          pair("_step", "0"),
          pair("_runtime", "1.5"),
          pair("_timestamp", "1700000002.0"),
        ],
        step: { num: 0n },
      },
    });
    writer.append({ case: "summary", value: { update: [pair("loss", "0.5")] } });
    writer.append(exit);
    expect(writer.close()).toBe(true);
    const bytes = readFileSync(path);
    expect(bytes.length).toBe(225);
    expect(new Bun.CryptoHasher("sha256").update(bytes).digest("hex")).toBe(
      "495de574d2162bb1a60006789a09e954cff5b8f870048d8e734e42633230b082",
    );
    expect(readStrictly(path)?.records ?? 5).toBe(5);
  });

  test("has put a record into the file when append returns", () => {
    const path = join(folder(), "run.wandb");
    const writer = LogWriter.create(path);
    expect(statSync(path).size).toBe(7);
    writer.append(output("first\n"));
    expect(readAll(path).entries.map(({ record }) => record.num)).toEqual([1n]);
    writer.append(output("second\n"));
    expect(readAll(path).entries.map(({ record }) => record.num)).toEqual([1n, 2n]);
    writer.close();
  });

  test("refuses a log that is there already", () => {
    const path = join(folder(), "run.wandb");
    LogWriter.create(path).close();
    expect(() => LogWriter.create(path)).toThrow("EEXIST");
  });

  test.skipIf(!existsSync("/dev/full"))("reports a full disk once and never throws", () => {
    const troubles: (string | undefined)[] = [];
    const writer = new LogWriter(openSync("/dev/full", "w"), {
      onTrouble: ({ code }) => troubles.push(code),
    });
    for (let i = 0; i < 100; i++) writer.append(output(`line ${i}\n`));
    writer.close();
    expect(troubles).toEqual(["ENOSPC"]);
  });

  test.skipIf(process.platform === "win32")(
    "holds what the disk does not take, and writes it in order when there is room",
    () => {
      const pipe = nonBlockingPipe();
      let [troubles, recoveries] = [0, 0];
      let now = 1000;
      const events = {
        onTrouble() {
          troubles++;
          writer.append(output("full\n")); // what is printed may be logged
        },
        onRecovery() {
          if (++recoveries < 9) writer.append(output("recovered\n"));
        },
      };
      const writer = new LogWriter(pipe.file, events, () => now);
      const lines = Array.from({ length: 400 }, (_, i) => `${i} ${"x".repeat(1000)}\n`);
      for (const line of lines) writer.append(output(line)); // six times what a pipe holds
      expect([troubles, recoveries]).toEqual([1, 0]);

      const path = join(folder(), "run.wandb");
      writeFileSync(path, "");
      for (let seconds = 2; recoveries === 0 && seconds < 60; seconds += 2) {
        appendFileSync(path, pipe.drain());
        now += 2000; // the next try is due
        writer.append(output(`later ${seconds}\n`));
      }
      appendFileSync(path, pipe.drain());
      expect([troubles, recoveries]).toEqual([1, 1]);
      const { entries, end } = readAll(path);
      expect(end).toEqual({ end: statSync(path).size, unfinishedBytes: 0, damage: null });
      const texts = entries.map(
        ({ record: { recordType } }) => recordType.case === "outputRaw" && recordType.value.line,
      );
      expect(texts.filter((text) => String(text).includes("x"))).toEqual(lines);
      expect(texts.filter((text) => text === "full\n" || text === "recovered\n")).toHaveLength(2);
      expect(entries.map(({ record }) => Number(record.num))).toEqual(entries.map((_, i) => i + 1));

      // Full once more: what has been said of the recovery no longer holds.
      for (const line of lines) writer.append(output(line));
      expect([troubles, recoveries]).toEqual([2, 1]);
      expect(writer.close()).toBe(false);
    },
  );

  test.skipIf(!existsSync("/dev/full"))(
    "gives up when more waits than memory should hold, and says so once",
    () => {
      let givenUp = 0;
      const writer = new LogWriter(openSync("/dev/full", "w"), { onGivenUp: () => givenUp++ });
      for (let i = 0; i < 20; i++) writer.append(output("x".repeat(2 ** 20)));
      expect([writer.close(), givenUp]).toEqual([false, 1]);
    },
  );

  test.skipIf(process.getuid?.() !== 0 || process.platform !== "linux")(
    "leaves whole records behind on a disk that stays full",
    () => {
      const mount = folder();
      if (Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount]).exitCode !== 0) {
        return skipped("test of a full file system", "none can be mounted here");
      }
      try {
        const path = join(mount, "run.wandb");
        let code: string | undefined;
        const writer = LogWriter.create(path, { onTrouble: (error) => (code = error.code) });
        for (const content of COMPLETE_RUN) writer.append(content);
        for (let i = 0; i < 100; i++) writer.append(output("y".repeat(3000)));
        writer.close();
        expect(code).toBe("ENOSPC");
        const { entries, end } = readAll(path);
        expect(entries.length).toBeGreaterThan(10);
        expect(end).toEqual({ end: statSync(path).size, unfinishedBytes: 0, damage: null });
        readStrictly(path);
      } finally {
        Bun.spawnSync(["umount", mount]);
      }
    },
  );
});

describe("readRecords()", () => {
  test("goes on from an earlier end while the file grows", () => {
    const path = join(folder(), "run.wandb");
    const writer = LogWriter.create(path);
    let from = 0;
    const seen: bigint[] = [];
    for (let i = 0; i < 30; i++) {
      writer.append(output("z".repeat(i * 700)));
      const { entries, end } = readAll(path, from);
      seen.push(...entries.map(({ record }) => record.num));
      expect(end.end).toBe(statSync(path).size);
      from = end.end;
    }
    writer.close();
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => BigInt(i + 1)));
  });

  test("reads every whole record of a log that is cut off anywhere", () => {
    const path = join(folder(), "run.wandb");
    const writer = LogWriter.create(path);
    for (const content of COMPLETE_RUN) writer.append(content);
    writer.append(output("w".repeat(40_000)));
    writer.append(exit);
    writer.close();
    const whole = readAll(path).entries;
    const copy = join(folder(), "cut.wandb");
    const bytes = readFileSync(path);
    for (
      let length = 0;
      length <= bytes.length;
      length += length < 300 || length > bytes.length - 40 ? 1 : 997
    ) {
      writeFileSync(copy, bytes.subarray(0, length));
      const { entries, end } = readAll(copy);
      const expected = whole.filter((entry) => entry.end <= length);
      expect(entries.map((entry) => entry.end)).toEqual(expected.map((entry) => entry.end));
      expect(end.damage).toBeNull();
      expect(end.end).toBe(expected.at(-1)?.end ?? (length < 7 ? 0 : 7));
      expect(end.unfinishedBytes).toBe(length - end.end);
    }
  });

  test("says what is wrong with a damaged log, and where", () => {
    const path = join(folder(), "run.wandb");
    const writer = LogWriter.create(path);
    writer.append(output("one\n"));
    const second = statSync(path).size;
    writer.append(output("two\n"));
    writer.close();
    const bytes = readFileSync(path);
    bytes[second + 9]! ^= 1;
    writeFileSync(path, bytes);
    const { entries, end } = readAll(path);
    expect(entries).toHaveLength(1);
    expect(end).toEqual({
      end: second,
      unfinishedBytes: bytes.length - second,
      damage: `checksum mismatch at byte ${second}`,
    });
  });

  test("refuses a file that is no log", () => {
    const path = join(folder(), "x.wandb");
    writeFileSync(path, "not a log at all");
    expect(readAll(path).end.damage).toBe("not a W&B log: it begins with 6e6f742061206c");
  });

  test("takes a half-written header for a log that has not begun", () => {
    const path = join(folder(), "x.wandb");
    LogWriter.create(path).close();
    truncateSync(path, 3);
    expect(readAll(path).end).toEqual({ end: 0, unfinishedBytes: 3, damage: null });
  });
});

test.skipIf(!WANDB_PYTHON)("W&B's own reader reads records of every length across block boundaries", () => {
  const path = join(folder(), "run.wandb");
  const writer = LogWriter.create(path);
  for (const content of COMPLETE_RUN) writer.append(content);
  for (let i = 0; i < 60; i++) writer.append(output("v".repeat((i * 2731) % 40_000)));
  writer.append(exit);
  writer.close();
  expect(readWithWandb(path)).toEqual(["header", "run", ...new Array(60).fill("output_raw"), "exit"]);
});

/** A pipe that takes what it can and then refuses, as a full disk does. */
function nonBlockingPipe(): { file: number; drain(): Uint8Array } {
  const path = join(folder(), "pipe");
  if (Bun.spawnSync(["mkfifo", path]).exitCode !== 0) throw new Error("mkfifo failed");
  const file = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const buffer = new Uint8Array(2 ** 20);
  return {
    file,
    drain() {
      try {
        return buffer.slice(0, readSync(file, buffer));
      } catch {
        return new Uint8Array();
      }
    },
  };
}
