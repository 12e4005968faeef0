/**
 * Protects results of other weights, options or workbooks: a file of results replaces only one that the same
 * command wrote. Copies of workbooks say in their mark what they were drawn from. What made any other file is
 * remembered by its content in the project's cache folder, because a .csv has no place for it.
 */

import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type UserError, usageError } from "../base/problem.ts";
import { cacheFolder } from "../base/project-root.ts";
import { drawnMark, drawnMarkOf } from "../files/drawn-copy.ts";
import { hashOf } from "../files/file-hash.ts";
import { fileSize } from "../files/file-state.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";
import { describeMaker, type Maker } from "./maker.ts";
import type { CopyToDraw } from "./predict-messages.ts";

/** One line per file that was written: the hash of its content, a blank, and the hash of what made it. */
const RECORD = join(cacheFolder(), "predictions.txt");
/** A longer record is cut to its second half, lines. */
const MOST_LINES = 2000;

/** A file of results that appears as a whole. */
export interface ResultsFile {
  /** Absolute, and as the user named it. */
  readonly path: string;
  readonly named: string;
  /** The files and folders that the user named. */
  readonly names: readonly string[];
}

/**
 * Checks that the file may be written: it is new, empty, or results that the same command wrote.
 *
 * @throws {UserError} Exit code 2 otherwise.
 */
export function checkEarlierFile(file: ResultsFile, maker: Maker, record: string = RECORD): void {
  if (!fileSize(file.path) || knownLines(record).includes(lineOf(file, maker))) return;
  throw others(file.named, maker, "--output another file");
}

/** Remembers a file that was just written. Where nothing can be kept, a repetition needs `--overwrite`. */
export function rememberFile(file: ResultsFile, maker: Maker, record: string = RECORD): void {
  try {
    mkdirSync(dirname(record), { recursive: true });
    appendFileSync(record, `${lineOf(file, maker)}\n`);
    const lines = knownLines(record);
    if (lines.length <= MOST_LINES) return;
    writeFileAtomic(record, lines.slice(-MOST_LINES / 2).join("\n"), { durable: false });
  } catch {}
}

/** The annotated copy of a workbook at `path`, with what it is drawn from in its mark. */
export function copyToDraw(path: string, workbook: string, maker: Maker): CopyToDraw {
  return { path, mark: drawnMark(originOf(maker, [workbook])) };
}

/**
 * Checks that the copies may be written: they are new, or the same workbooks' with the same results.
 *
 * @throws {UserError} Exit code 2, with the first one that is not.
 */
export function checkEarlierCopies(copies: readonly CopyToDraw[], maker: Maker): void {
  const other = copies.find(({ path, mark }) => fileSize(path) && drawnMarkOf(path) !== mark);
  if (other !== undefined) throw others(other.path, maker, "--annotate or --annotate-dir another place");
}

function others(file: string, maker: Maker, another: string): UserError {
  return usageError({
    file,
    message: "Cannot write the results: others are there, and they may be needed",
    expected: `a new name, or results of the same workbooks with ${describeMaker(maker)}`,
    got: "results of something else",
    fix: `${another}, or --overwrite to replace what is there`,
  });
}

function originOf(maker: Maker, about: readonly string[]): string {
  const facts = [maker, about.map((name) => resolve(name))];
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 12);
}

function lineOf({ path, names }: ResultsFile, maker: Maker): string {
  return `${hashOf(path)} ${originOf(maker, names)}`;
}

function knownLines(record: string): string[] {
  return fileSize(record) === null ? [] : readFileSync(record, "utf8").split("\n");
}
