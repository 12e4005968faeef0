/**
 * Uploads the files of a run: config.yaml, metadata, images. A file that the server has is not sent again.
 */

import { createHash } from "node:crypto";
import type { RequestBody } from "./http-client.ts";
import type { Bucket, ServerApi } from "./server-api.ts";
import { ServerError } from "./server-error.ts";

export interface RunFile {
  /** The name on the server, with `/`. */
  readonly name: string;
  /** The bytes, or the file that holds them. */
  readonly content: Uint8Array<ArrayBuffer> | { readonly path: string };
}

/** A file is gone, or is no longer what was logged: no attempt will ever upload it. */
export class LostFileError extends Error {
  override readonly name = "LostFileError";
}

/** For how many files the server gives addresses at once. */
const BATCH = 50;

/**
 * Uploads the files of which the server does not have the current content. Never rejects.
 *
 * @param sent The MD5 (hex) of every file that the server has, by name. Files that are uploaded are added.
 * @returns For each file that could not be uploaded the reason, by name; a `LostFileError` if it is gone.
 */
export async function uploadRunFiles(
  api: ServerApi,
  bucket: Bucket,
  runId: string,
  files: readonly RunFile[],
  sent: Record<string, string>,
): Promise<Map<string, Error>> {
  const failed = new Map<string, Error>();
  const news: { name: string; md5: string; body: RequestBody; size: number }[] = [];
  for (const { name, content } of files) {
    try {
      const { body, size } = await load(content);
      const md5 = await md5Of(body);
      if (sent[name] !== md5) news.push({ name, md5, body, size });
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
      failed.set(name, isGone ? new LostFileError("no such file") : (error as Error));
    }
  }
  for (let at = 0; at < news.length; at += BATCH) {
    const batch = news.slice(at, at + BATCH);
    try {
      const names = batch.map(({ name }) => name);
      const targets = await api.runFileTargets(bucket, runId, names);
      for (const { name, md5, body, size } of batch) {
        const target = targets.find((one) => one.name === name);
        if (!target?.url) throw new ServerError("refused", "the server gives no address for it");
        await api.put(target, () => body, size);
        sent[name] = md5;
      }
    } catch (error) {
      for (const { name, md5 } of batch) {
        if (sent[name] !== md5) failed.set(name, error as Error);
      }
    }
  }
  return failed;
}

async function load(content: RunFile["content"]): Promise<{ body: RequestBody; size: number }> {
  if (content instanceof Uint8Array) return { body: content, size: content.length };
  const file = Bun.file(content.path);
  const { size } = await file.stat(); // throws if there is no such file
  return { body: file, size };
}

/** The MD5 of bytes or of a file. The file is not held in memory. */
export async function md5Of(body: RequestBody, encoding: "hex" | "base64" = "hex"): Promise<string> {
  const hash = createHash("md5");
  if (body instanceof Blob) for await (const chunk of body.stream()) hash.update(chunk);
  else hash.update(body);
  return hash.digest(encoding);
}
