/** A copy of the project, outside of it, in which the commands of the pages run as they are printed. */

import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { packageSource, type Stamp, stampPath } from "../../core/packages/stamp.ts";
import { filledSheet } from "./dataset-folder.ts";
import { type CommandResult, endOf } from "./run-command.ts";
import { projectFiles } from "./source-imports.ts";
import { tarArchive } from "./tar-archive.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { writeTinyDataset } from "./tiny-dataset.ts";

export interface PrintedProject extends Disposable {
  readonly folder: string;
  /**
   * Runs a command in a shell, in the project's folder, after it has made what the command names: the
   * workbooks, datasets and runs of the reader.
   *
   * @param shell Its program: `zsh`.
   */
  run(shell: string, command: string): Promise<CommandResult>;
}

/** What the reader has and a test does not: how to make it, by the word that stands for it on the pages. */
const MADE_UP: Readonly<Record<string, (folder: string) => void>> = {
  "budget.xlsx": (folder) => copyFileSync(sample(folder), join(folder, "budget.xlsx")),
  reports: (folder) => {
    mkdirSync(join(folder, "reports", "2025"), { recursive: true });
    copyFileSync(sample(folder), join(folder, "reports", "2025", "May and June.xlsx"));
    copyFileSync(sample(folder), join(folder, "reports", "summary.xlsx"));
  },
  mine: (folder) => {
    unsplitDataset(join(folder, "training_data"), "mine");
    addExample(folder, join(folder, "training_data", "mine"));
    unsplitDataset(join(folder, "..", "data"), "mine");
  },
  invoices: (folder) => unsplitDataset(join(folder, "training_data"), "invoices"),
  "files/summary.xlsx": (folder) => writeSummary(folder),
  "data.tar.gz": (folder) => {
    const content = encodeWorkbook({ sheets: [filledSheet("Data", 6, 4)] });
    const archive = tarArchive([{ name: "data/VFUSE/x.xlsx", content }]);
    writeFileSync(join(folder, "data.tar.gz"), gzipSync(archive));
    const line = {
      original_file: "x.xls",
      original_path: "VFUSE\\x.xls",
      clean_file: "x.xlsx",
      sheet_name: "Data",
      split: "training_set",
      table_regions: ["A1:D6"],
    };
    writeFileSync(join(folder, "annotations.jsonl"), `${JSON.stringify(line)}\n`);
  },
  "model.pt": (folder) => copyFileSync(lastCheckpoint(folder), join(folder, "model.pt")),
  "last.pt": (folder) => copyFileSync(lastCheckpoint(folder), join(folder, "last.pt")),
};

/** The names of folders that the reader knows, by what stands for them in angle brackets. */
const PLACEHOLDERS: Readonly<Record<string, (folder: string) => string>> = { "<run>": newestRun };

/** The parts of the repository that no command of a user reads. */
const NOT_COPIED = /^(?:tests|bench|\.ci|\.vscode)\//;

/**
 * @param options.isInstalled True: its packages are those of this project, and npx is a stand-in that takes
 *   the Bun of this process. False: as after `git clone`, with npx and the network.
 */
export async function printedProject({ isInstalled }: { isInstalled: boolean }): Promise<PrintedProject> {
  const temporary = temporaryFolder("printed");
  const folder = temporary.join("the project"); // a blank, as in many a home folder
  for (const path of projectFiles().filter((file) => !NOT_COPIED.test(file))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(PROJECT_ROOT, path), join(folder, path));
  }
  const bin = temporary.join("bin");
  const home = temporary.join("home");
  for (const path of [bin, home]) mkdirSync(path);
  symlinkSync(process.execPath, join(bin, "bun"));
  if (isInstalled) {
    await linkPackages(folder);
    writeFileSync(join(bin, "npx"), NPX, { mode: 0o755 });
  }
  // A home of its own: nobody's key for W&B is found, and nothing is left behind.
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    HOME: home,
    TMPDIR: process.env.TMPDIR,
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    WANDB_MODE: process.env.WANDB_MODE,
  };
  const made = new Set<string>();
  return {
    folder,
    run(shell, command) {
      for (const [word, make] of Object.entries(MADE_UP)) {
        if (made.has(word) || !mentions(command, word)) continue;
        make(folder);
        made.add(word);
      }
      let text = command;
      for (const [placeholder, name] of Object.entries(PLACEHOLDERS)) {
        if (text.includes(placeholder)) text = text.replaceAll(placeholder, name(folder));
      }
      const child = Bun.spawn([shell, "-c", text], {
        cwd: folder,
        env,
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      return endOf(child);
    },
    [Symbol.dispose]: () => temporary.remove(),
  };
}

/** Refuses every other form: the pages print this one, which works without a network. */
const NPX = `#!/bin/sh
if [ "$1 $2" != "--yes --prefer-offline" ] || [ "\${3%@*}" != bun ]; then
  echo "npx $*: not the form that works offline" >&2
  exit 64
fi
shift 3
exec bun "$@"
`;

function mentions(command: string, word: string): boolean {
  const escaped = word.replaceAll(".", "\\.");
  return new RegExp(`(?:^|[ ,="])${escaped}(?:$|[ ,="/])`).test(command);
}

/** The packages of this project, each by a link: nothing that a command installs gets into them. */
async function linkPackages(folder: string): Promise<void> {
  const from = join(PROJECT_ROOT, "node_modules");
  const to = join(folder, "node_modules");
  mkdirSync(to);
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
  const source = await packageSource(folder);
  if (!source.isReadable) throw new Error(source.reason);
  rmSync(stampPath(folder), { force: true }); // the link
  writeFileSync(stampPath(folder), JSON.stringify({ set: "all", source: source.hash } satisfies Stamp));
}

function sample(folder: string): string {
  return join(folder, "docs", "samples", "budget.xlsx");
}

function newestRun(folder: string): string {
  const runs = readdirSync(join(folder, "runs"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const time = (name: string) => statSync(join(folder, "runs", name)).mtimeMs;
  const newest = runs.map(({ name }) => name).sort((a, b) => time(b) - time(a))[0];
  if (newest === undefined) throw new Error("No command before this one has made a run");
  return newest;
}

function lastCheckpoint(folder: string): string {
  return join(folder, "runs", newestRun(folder), "checkpoints", "last.pt");
}

/** A dataset whose workbooks are divided by the hash of their names, as a reader's are. */
function unsplitDataset(root: string, name: string): void {
  writeTinyDataset(root, { name, workbooks: 40 });
  const labels = join(root, name, "annotations", "annotations.jsonl");
  writeFileSync(labels, readFileSync(labels, "utf8").replaceAll('"split_code":"training_set",', ""));
}

/** Adds the workbook and the label that the README shows as an example of a dataset. */
function addExample(folder: string, dataset: string): void {
  const line = /^ *(\{"file_name": "budget\.xlsx".*\})$/m.exec(
    readFileSync(join(folder, "README.md"), "utf8"),
  )?.[1];
  if (line === undefined) throw new Error("README.md has no example of a label");
  copyFileSync(sample(folder), join(dataset, "files", "budget.xlsx"));
  appendFileSync(join(dataset, "annotations", "annotations.jsonl"), `${line}\n`);
}

/** The workbook that docs/datasets.md looks at. */
function writeSummary(folder: string): void {
  const texts = ["Item", "Price", "Units", "Total"];
  const header = texts.map((value, index) => ({
    row: 3,
    column: 1 + index,
    value,
    style: { font: { bold: true } },
  }));
  const rows = Array.from({ length: 21 }, (_, index) => {
    const values = [index === 0 ? "chair" : `thing ${index}`, 12.5, 4 + index, 12.5 * (4 + index)];
    return values.map((value, column) => ({ row: 4 + index, column: 1 + column, value }));
  });
  const title = { row: 1, column: 1, value: "Figures of all branches", style: { font: { bold: true } } };
  mkdirSync(join(folder, "files"), { recursive: true });
  const cells = [title, ...header, ...rows.flat()];
  writeFileSync(
    join(folder, "files", "summary.xlsx"),
    encodeWorkbook({ sheets: [{ name: "Notes", cells }] }),
  );
}
