/** Keeps what was proposed for workbooks from one start of the workbench to the next. */

import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "../base/project-root.ts";
import { FEATURE_VERSION } from "../features/grid.ts";
import { cachedSize, deleteCached } from "../files/cached-files.ts";
import { hashOf } from "../files/file-hash.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";
import type { FoundProposals } from "./find-proposals.ts";
import type { LookedSheet } from "./reading-messages.ts";

/** Raise it if the same weights propose other tables or another doubt for the same workbook. */
const PROPOSAL_VERSION = 1;

const SUFFIX = ".json";

/** What is kept of a sheet. */
export interface KeptSheet
  extends Pick<LookedSheet, "sheetName" | "hidden" | "height" | "width" | "template"> {
  /** True for a sheet without content: there is nothing to propose. */
  readonly isEmpty: boolean;
  readonly found: FoundProposals;
}

/**
 * One file per workbook: a line with the checksum of the rest (xxHash64), then the sheets as JSON. A damaged
 * file counts as none. The folder may be deleted at any time.
 */
export class ProposalCache {
  readonly #folder: string;

  /** @param folder One per maker of proposals, see `proposalFolder`. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param key See `workbookKey`. @returns Null if nothing is kept. */
  read(key: string): readonly KeptSheet[] | null {
    try {
      const file = readFileSync(this.#path(key), "utf8");
      const end = file.indexOf("\n");
      const text = file.slice(end + 1);
      return file.slice(0, end) === checksum(text) ? (JSON.parse(text) as KeptSheet[]) : null;
    } catch {
      return null;
    }
  }

  /** What cannot be written is looked for again at the next start. */
  write(key: string, sheets: readonly KeptSheet[]): void {
    const text = JSON.stringify(sheets);
    const path = this.#path(key);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileAtomic(path, `${checksum(text)}\n${text}`, { durable: false });
    } catch {
      // a full disk: the proposals are right nevertheless
    }
  }

  #path(key: string): string {
    return join(this.#folder, key.slice(0, 2), key + SUFFIX);
  }
}

/**
 * The folder for what these weights propose, in the project's own cache folder.
 *
 * @param weights A checkpoint's file; null for connected blocks.
 * @param scoreThreshold The least score of a table; undefined for the one stored with the weights.
 */
export function proposalFolder(weights: string | null, scoreThreshold: number | undefined): string {
  const maker = weights === null ? "blocks" : `${hashOf(weights)}-${scoreThreshold ?? "stored"}`;
  return join(proposalsFolder(), `${maker}-v${FEATURE_VERSION}.${PROPOSAL_VERSION}`);
}

/** The folder for the proposals of all makers, in the project's own cache folder. */
export function proposalsFolder(): string {
  return join(cacheFolder(), "proposals");
}

/** How many files of proposals are in a folder and below, one per workbook and maker, and their bytes. */
export function proposalCacheSize(folder: string): { files: number; bytes: number } {
  return cachedSize(folder, SUFFIX);
}

/** Deletes the kept proposals of a folder and leaves other files. @returns How many files. */
export function clearProposalCache(folder: string): number {
  return deleteCached(folder, SUFFIX);
}

/** The sheet of a text file is named like the file, so the name is part of the key. */
export function workbookKey(name: string, hash: string): string {
  return `${hash}-${Bun.hash.xxHash64(basename(name)).toString(16)}`;
}

function checksum(text: string): string {
  return Bun.hash.xxHash64(text).toString(16);
}
