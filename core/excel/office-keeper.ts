/**
 * The program that keeps LibreOffice in hand: `bun office-keeper.ts SOFFICE FORMAT TIME_LIMIT_MS`.
 *
 * It makes a temporary folder and prints `{"folder": …}`, waits for a line on standard input, by which the
 * workbook lies in that folder, converts it, and prints `{"exitCode": …, "message": …}`. When standard input
 * ends, however its parent ended, it kills LibreOffice with all of its processes and removes the folder.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { KeeperAnswer } from "./office-keeper-answer.ts";

const [soffice, format, timeLimit] = process.argv.slice(2) as [string, string, string];
let office: ChildProcess | null = null;

/** Ctrl-C reaches this process too; its parent decides what it means. */
process.on("SIGINT", () => {});

const folder = makeFolder();
if (folder !== null) {
  const end = () => {
    if (office !== null) kill(office);
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  };
  process.on("SIGTERM", end);
  process.on("SIGHUP", end);
  process.stdin.once("data", () => convert(folder));
  process.stdin.on("end", end);
  process.stdin.on("error", end);
}

function makeFolder(): string | null {
  try {
    const made = mkdtempSync(join(tmpdir(), "workbook-conversion-"));
    answer({ folder: made });
    return made;
  } catch (error) {
    answer({ error: `${tmpdir()}: ${(error as Error).message}` });
    return null;
  }
}

function convert(folder: string): void {
  const log = join(folder, "messages.txt");
  const messages = openSync(log, "w");
  const profile = `-env:UserInstallation=${pathToFileURL(join(folder, "profile")).href}`;
  const args = [
    profile,
    "--headless",
    "--norestore",
    "--convert-to",
    "xlsx",
    "--outdir",
    join(folder, "out"),
  ];
  // A group of its own: LibreOffice starts further processes, which go on when only the first one is killed.
  // Messages go to a file: whoever else has a pipe open would keep it open. Its own temporary folders, which
  // it cannot remove when it is killed, are removed with this one.
  office = spawn(soffice, [...args, join(folder, `workbook.${format}`)], {
    detached: process.platform !== "win32",
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "ignore", messages],
  });
  closeSync(messages);
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    kill(office!);
  }, Number(timeLimit));
  const told = (exitCode: number | null, message: string) => {
    clearTimeout(timer);
    answer({ exitCode, isTimedOut, message });
  };
  office.once("error", (error) => told(null, error.message));
  office.once("exit", (exitCode) => told(exitCode, readFileSync(log, "utf8").trim()));
}

/** Ends a process and all that it started. */
function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return; // it never started
  try {
    if (process.platform === "win32") spawn("taskkill", ["/pid", String(pid), "/t", "/f"]);
    else process.kill(-pid, "SIGKILL");
  } catch {
    // All of them have ended.
  }
}

function answer(value: KeeperAnswer): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
