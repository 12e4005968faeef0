/** Uploads a file in parts: object stores take no file of more than 5 GiB at once. */

import { createHash } from "node:crypto";
import { completeParts, type PartsTarget } from "./artifact-api.ts";
import type { ServerApi } from "./server-api.ts";
import { ServerError } from "./server-error.ts";

/** From which size a file goes in parts, and how large a part is, in bytes. */
export interface PartSizes {
  readonly threshold: number;
  readonly part: number;
}

/** Those of W&B's own client. */
export const PART_SIZES: PartSizes = { threshold: 2 * 2 ** 30, part: 100 * 2 ** 20 };

/** W&B's limit. */
const MAX_PARTS = 10_000;

/** A part of a file. */
export interface FilePart {
  /** From 1. */
  readonly partNumber: number;
  readonly hexMD5: string;
}

/** The parts of a file that is large enough to be uploaded in parts; null for any other. */
export async function partsOf(path: string, size: number, sizes: PartSizes): Promise<FilePart[] | null> {
  if (size < sizes.threshold) return null;
  const parts: FilePart[] = [];
  const step = partSize(size, sizes);
  for (let from = 0; from < size; from += step) {
    const hash = createHash("md5");
    for await (const chunk of Bun.file(path)
      .slice(from, from + step)
      .stream())
      hash.update(chunk);
    parts.push({ partNumber: parts.length + 1, hexMD5: hash.digest("hex") });
  }
  return parts;
}

/**
 * Puts the parts of a file at the addresses that the server gave out, and tells the server that they are all.
 *
 * @throws {ServerError}
 */
export async function putParts(
  api: ServerApi,
  file: { readonly path: string; readonly size: number; readonly parts: readonly FilePart[] },
  target: PartsTarget,
  sizes: PartSizes,
): Promise<void> {
  const step = partSize(file.size, sizes);
  for (const { partNumber, hexMD5 } of file.parts) {
    const url = target.urls.get(partNumber);
    if (url === undefined)
      throw new ServerError("refused", `the server gives no address for part ${partNumber}`);
    const from = (partNumber - 1) * step;
    const part = Bun.file(file.path).slice(from, Math.min(from + step, file.size));
    const headers = { ...target.headers, "Content-MD5": Buffer.from(hexMD5, "hex").toString("base64") };
    await api.put({ name: file.path, url, headers }, () => part, part.size);
  }
  await completeParts(api, target, file.parts);
}

function partSize(size: number, { part }: PartSizes): number {
  return Math.max(part, Math.ceil(size / MAX_PARTS));
}
