/** Converts workbooks of other formats with LibreOffice, if it is installed. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ByteSource } from "./byte-source.ts";
import type { WorkbookFormat } from "./detect-format.ts";
import type { KeeperAnswer } from "./office-keeper-answer.ts";
import { WorkbookError } from "./workbook-error.ts";

/** LibreOffice takes seconds to start. A conversion that takes longer than this is given up. */
const TIME_LIMIT_MS = 120_000;

const KEEPER = fileURLToPath(new URL("./office-keeper.ts", import.meta.url));

export interface ConversionOptions {
  /** The program; null for none. @default `soffice` or `libreoffice`, if one is on the path */
  readonly soffice?: string | null | undefined;
  /** @default two minutes */
  readonly timeLimit?: number;
}

/**
 * Converts a workbook to .xlsx with `soffice --headless`, in a temporary folder with a profile of its
 * own, so that it does not interfere with a running LibreOffice. No macros run, because a new profile
 * does not trust any. However this process ends, LibreOffice ends and the folder is removed.
 *
 * @throws {WorkbookError} `unsupported-format` if LibreOffice is not installed, fails or takes too long.
 */
export async function convertToXlsx(
  source: ByteSource,
  format: WorkbookFormat,
  {
    soffice = Bun.which("soffice") ?? Bun.which("libreoffice"),
    timeLimit = TIME_LIMIT_MS,
  }: ConversionOptions = {},
): Promise<Uint8Array> {
  const refused = (reason: string, fix: string, cause?: unknown) =>
    new WorkbookError("unsupported-format", { file: source.name, reason, fix, cause });
  if (soffice === null) {
    throw refused(
      `it is a .${format} workbook, which is read by way of LibreOffice only, and that is not installed`,
      "install LibreOffice (its program `soffice` has to be on the path), or save the workbook as .xlsx",
    );
  }
  const keeper = Bun.spawn([process.execPath, KEEPER, soffice, format, String(timeLimit)], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    env: process.env, // as it is now: TMPDIR
  });
  const answers = linesOf(keeper.stdout);
  const next = async () => ((await answers.next()).value ?? {}) as KeeperAnswer;
  try {
    const place = await next();
    if (!("folder" in place)) {
      const why = "error" in place ? place.error : "the program beside LibreOffice did not start";
      throw refused(
        `LibreOffice has no temporary folder to convert the .${format} workbook in (${why})`,
        "set TMPDIR to a folder that can be written to",
      );
    }
    writeInput(join(place.folder, `workbook.${format}`), source, refused);
    keeper.stdin.write("convert\n");
    await keeper.stdin.flush();
    const ended = await next();
    const isTimedOut = "isTimedOut" in ended && ended.isTimedOut;
    const fix = "open it in Excel or LibreOffice and save it as .xlsx";
    if (isTimedOut) {
      const limit = `${Math.round(timeLimit / 1000)} s`;
      throw refused(`LibreOffice did not convert the .${format} workbook within ${limit} and was ended`, fix);
    }
    try {
      return readFileSync(join(place.folder, "out", "workbook.xlsx"));
    } catch (cause) {
      const { exitCode = null, message = "" } = "exitCode" in ended ? ended : {};
      const words = (message.split("\n").at(-1) ?? "").slice(0, 200);
      throw refused(
        `LibreOffice could not convert the .${format} workbook (exit code ${exitCode}) ${words}`.trim(),
        fix,
        cause,
      );
    }
  } finally {
    keeper.stdin.end(); // the keeper removes the folder
    await keeper.exited;
  }
}

function writeInput(
  path: string,
  source: ByteSource,
  refused: (reason: string, fix: string, cause: unknown) => WorkbookError,
): void {
  try {
    writeFileSync(path, source.read(0, source.size));
  } catch (cause) {
    if (cause instanceof WorkbookError) throw cause;
    const reason = `LibreOffice's copy of it cannot be written (${(cause as Error).message})`;
    throw refused(reason, "make room there, or set TMPDIR to another folder", cause);
  }
}

/** Values that a program prints as JSON, one per line. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      yield JSON.parse(text.slice(0, end));
      text = text.slice(end + 1);
    }
  }
}
