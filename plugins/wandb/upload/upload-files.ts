/** Uploads a run's files: config.yaml, metadata, images. A file whose bytes the server has is not sent again. */

import { createHash } from "node:crypto";
import type { RequestBody } from "./http-client.ts";
import type { Bucket, ServerApi } from "./server-api.ts";
import { ServerError } from "./server-error.ts";

/** A file under its name on the server, with `/`. */
export interface RunFile {
  readonly name: string;
  /** The bytes, or where they lie on disk. */
  readonly content: Uint8Array<ArrayBuffer> | { readonly path: string };
}

/** The server gives out addresses for so many files at once. */
const BATCH = 50;

/**
 * @param sent MD5 (hex) of every file the server has, by name; those that get there are added.
 * @returns Why files did not get there, by name; empty when all did. Never rejects.
 */
export async function uploadRunFiles(
  api: ServerApi,
  bucket: Bucket,
  runId: string,
  files: readonly RunFile[],
  sent: Record<string, string>,
): Promise<Map<string, string>> {
  const failed = new Map<string, string>();
  const news: { name: string; md5: string; body: RequestBody; size: number }[] = [];
  for (const { name, content } of files) {
    try {
      const { body, size } = await load(content);
      const md5 = await md5Of(body);
      if (sent[name] !== md5) news.push({ name, md5, body, size });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      failed.set(name, code === "ENOENT" ? "no such file" : message);
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
        if (sent[name] !== md5) failed.set(name, (error as Error).message);
      }
    }
  }
  return failed;
}

async function load(content: RunFile["content"]): Promise<{ body: RequestBody; size: number }> {
  if (content instanceof Uint8Array) return { body: content, size: content.length };
  const file = Bun.file(content.path);
  const { size } = await file.stat(); // throws where there is none
  return { body: file, size };
}

/** The MD5 of bytes or a file, in hex or base64, without holding a file in memory. */
export async function md5Of(body: RequestBody, encoding: "hex" | "base64" = "hex"): Promise<string> {
  const hash = createHash("md5");
  if (body instanceof Blob) for await (const chunk of body.stream()) hash.update(chunk);
  else hash.update(body);
  return hash.digest(encoding);
}
