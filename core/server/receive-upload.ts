/** Receives an uploaded workbook into a file, so that memory does not grow with the uploads. */

import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { HttpProblem } from "./http-problem.ts";

export interface UploadOptions {
  /** Where the file goes. */
  readonly folder: string;
  /** The most bytes of a workbook. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** A workbook on the disk, for as long as it is used: `await using`. */
export interface Upload extends AsyncDisposable {
  readonly path: string;
  readonly bytes: number;
}

/** Texts have no mark of their own: what they are has to be said. */
const ENDINGS: Readonly<Record<string, string>> = {
  "text/csv": ".csv",
  "text/tab-separated-values": ".tsv",
};

/**
 * Writes the body of a request to a new file, in a folder of its own: a text names its sheet after its file.
 *
 * @throws {HttpProblem} If it is empty, too large, cut short or a form.
 * @throws The reason of `signal`. Nothing is left of the file.
 */
export async function receiveUpload(request: Request, options: UploadOptions): Promise<Upload> {
  const { folder, maxBytes, signal } = options;
  const type = (request.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (type === "multipart/form-data") {
    throw new HttpProblem(
      415,
      "Forms are not read",
      "send the bytes of the workbook as the body of the request",
    );
  }
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > maxBytes) throw tooLarge(announced, maxBytes);
  const own = join(folder, crypto.randomUUID());
  const path = join(own, `workbook${ENDINGS[type] ?? ""}`);
  const remove = () => rm(own, { recursive: true, force: true });
  try {
    await mkdir(own);
    const bytes = await writeBody(request, path, maxBytes, signal);
    if (bytes === 0) throw new HttpProblem(400, "No workbook", "the request has no body");
    if (bytes < announced) throw cutShort(bytes, announced);
    return { path, bytes, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function writeBody(
  request: Request,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<number> {
  await using file = await open(path, "wx", 0o600);
  if (request.body === null) return 0;
  const reader = request.body.getReader();
  const cancel = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  try {
    let bytes = 0;
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return bytes;
      bytes += value.length;
      if (bytes > maxBytes) throw tooLarge(bytes, maxBytes);
      await file.writeFile(value);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    reader.releaseLock();
  }
}

function tooLarge(bytes: number, maxBytes: number): HttpProblem {
  const most = `${Math.floor(maxBytes / 1e6)} MB`;
  return new HttpProblem(
    413,
    "The workbook is too large",
    `at most ${most}, got ${Math.ceil(bytes / 1e6)} MB or more`,
  );
}

function cutShort(bytes: number, announced: number): HttpProblem {
  return new HttpProblem(400, "The upload ended early", `${bytes} of ${announced} bytes came`);
}
