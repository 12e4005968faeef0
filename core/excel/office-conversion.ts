/** Converts workbooks of other formats with LibreOffice, if it is installed. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ByteSource } from "./byte-source.ts";
import type { WorkbookFormat } from "./detect-format.ts";
import { WorkbookError } from "./workbook-error.ts";

/** LibreOffice takes seconds to start. A conversion that takes longer than this is given up. */
const TIMEOUT_MS = 120_000;

/**
 * Converts a workbook to .xlsx with `soffice --headless`, in a temporary folder with a profile of its
 * own, so that it does not interfere with a running LibreOffice. No macros run, because a new profile
 * does not trust any.
 *
 * @param soffice The program; null for none; undefined to search for it on the path.
 * @throws {WorkbookError} `unsupported-format` if LibreOffice is not installed or fails.
 */
export async function convertToXlsx(
  source: ByteSource,
  format: WorkbookFormat,
  soffice: string | null = Bun.which("soffice") ?? Bun.which("libreoffice"),
): Promise<Uint8Array> {
  const file = source.name;
  if (soffice === null) {
    throw new WorkbookError("unsupported-format", {
      file,
      reason: `it is a .${format} workbook, which is read by way of LibreOffice only, and that is not installed`,
      fix: "install LibreOffice (its program `soffice` has to be on the path), or save the workbook as .xlsx",
    });
  }
  const folder = mkdtempSync(join(tmpdir(), "workbook-conversion-"));
  try {
    const input = join(folder, `workbook.${format}`);
    writeFileSync(input, source.read(0, source.size));
    const profile = pathToFileURL(join(folder, "profile")).href;
    const args = [`-env:UserInstallation=${profile}`, "--headless", "--norestore", "--convert-to", "xlsx"];
    const run = Bun.spawn([soffice, ...args, "--outdir", join(folder, "out"), input], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    const message = (await new Response(run.stderr).text()).trim().split("\n").at(-1) ?? "";
    const exitCode = await run.exited;
    try {
      return readFileSync(join(folder, "out", "workbook.xlsx"));
    } catch (cause) {
      throw new WorkbookError("unsupported-format", {
        file,
        reason:
          `LibreOffice could not convert the .${format} workbook (exit code ${exitCode}) ${message.slice(0, 200)}`.trim(),
        fix: "open it in Excel or LibreOffice and save it as .xlsx",
        cause,
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
