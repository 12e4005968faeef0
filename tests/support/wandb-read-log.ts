/**
 * Logs as tests look at them: all records, a run's rows, and the two independent readers where they are
 * there.
 */

import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type LogEnd, type LogEntry, readRecords } from "../../plugins/wandb/log/log-reader.ts";
import { skipped } from "./skipped.ts";
import { WANDB_CLI } from "./wandb-python-client.ts";

type Item = { key: string; nestedKey: string[]; valueJson: string };

export function readAll(path: string, from = 0): { entries: LogEntry[]; end: LogEnd } {
  const records = readRecords(path, from);
  const entries: LogEntry[] = [];
  let next = records.next();
  for (; !next.done; next = records.next()) entries.push(next.value);
  return { entries, end: next.value };
}

/** The log folders of a run's folder, oldest first. */
export function logFolders(runFolder: string): string[] {
  const root = join(runFolder, "wandb");
  const names = readdirSync(root).filter((name) => name !== "latest-run");
  return names.sort((a, b) => (bare(a) < bare(b) ? -1 : 1)).map((name) => join(root, name));
}

export function logPath(logFolder: string): string {
  const name = readdirSync(logFolder).find((file) => file.endsWith(".wandb"));
  return join(logFolder, name!);
}

/** The run's newest log, by kind of record. */
export function recordsOf(runFolder: string) {
  const { entries } = readAll(logPath(logFolders(runFolder).at(-1)!));
  const of = <Kind extends NonNullable<LogEntry["record"]["recordType"]["case"]>>(kind: Kind) =>
    entries.flatMap(({ record: { recordType } }) =>
      recordType.case === kind
        ? [recordType.value as Extract<LogEntry["record"]["recordType"], { case: Kind }>["value"]]
        : [],
    );
  return { entries, of };
}

export function valuesOf(items: readonly Item[]): Record<string, unknown> {
  return Object.fromEntries(
    items.map(({ key, nestedKey, valueJson }) => [nestedKey.join("|") || key, JSON.parse(valueJson)]),
  );
}

/** The history rows of the run's newest log. */
export function rowsOf(runFolder: string): Record<string, unknown>[] {
  return recordsOf(runFolder)
    .of("history")
    .map(({ item }) => valuesOf(item));
}

const READER = resolve(import.meta.dir, "../../../shared/tools/wandb_reader.py");
const PYTHON = Bun.which("python3");

/** The independent checker; null where it is not there. */
const STRICT_READER = PYTHON && existsSync(READER) ? [PYTHON, READER, "--strict"] : null;

if (!STRICT_READER)
  skipped("second check of logs", "no wandb_reader.py in ../shared; this project's reader checks alone");

/** Runs the checker over a log and returns its last line; throws what it found wrong. */
export function readStrictly(path: string): { records: number; has_exit: boolean; exit_code: number } | null {
  if (!STRICT_READER) return null;
  const { stdout, exitCode } = Bun.spawnSync([...STRICT_READER, path]);
  const last = stdout.toString().trim().split("\n").at(-1)!;
  if (exitCode !== 0) throw new Error(`wandb_reader.py refuses ${path}: ${last}`);
  return JSON.parse(last);
}

const CHECK_ALL = `
import sys
sys.path.insert(0, sys.argv[1])
import wandb_reader
sys.exit(max(wandb_reader.main(["--strict", "--quiet", path]) for path in sys.argv[2:]))
`;

/** Runs the checker over the newest log of every run that came to its end; throws what it found wrong. */
export function readAllStrictly(runFolders: readonly string[]): void {
  const logs = [...new Set(runFolders)]
    .filter((folder) => existsSync(join(folder, "wandb", "latest-run")))
    .map((folder) => logPath(logFolders(folder).at(-1)!));
  if (!STRICT_READER || logs.length === 0) return;
  const { stdout, exitCode } = Bun.spawnSync([PYTHON!, "-c", CHECK_ALL, dirname(READER), ...logs]);
  if (exitCode !== 0) throw new Error(`wandb_reader.py refuses a log: ${stdout.toString()}`);
}

const SCAN = `
import sys
from wandb.sdk.internal.datastore import DataStore
from wandb.proto import wandb_internal_pb2 as pb
store = DataStore(); store.open_for_scan(sys.argv[1]); kinds = []
while (data := store.scan_data()) is not None:
    record = pb.Record(); record.ParseFromString(data); kinds.append(record.WhichOneof("record_type"))
print(",".join(map(str, kinds)))
`;

/** W&B's own reader, part of its Python client up to 0.29; null where that is not installed. */
export const WANDB_PYTHON = ownReaderPython();

if (!WANDB_PYTHON) {
  skipped("tests against W&B's log reader", 'pip install "wandb<0.30", or set WANDB_READER_PYTHON');
}

/** The kinds of all records, as W&B's own reader sees them. */
export function readWithWandb(path: string): string[] {
  const { stdout, stderr, exitCode } = Bun.spawnSync([WANDB_PYTHON!, "-c", SCAN, path]);
  if (exitCode !== 0) throw new Error(stderr.toString());
  return stdout.toString().trim().split(",");
}

function ownReaderPython(): string | null {
  const candidates = [
    process.env.WANDB_READER_PYTHON,
    WANDB_CLI && join(dirname(WANDB_CLI), "python"),
    PYTHON,
  ];
  const probe = "import wandb.sdk.internal.datastore";
  return (
    candidates.find(
      (python) => python && Bun.which(python) && Bun.spawnSync([python, "-c", probe]).exitCode === 0,
    ) ?? null
  );
}

function bare(name: string): string {
  return name.replace(/^offline-/, "");
}
