/** A folder that gets its name once it is whole, so that nobody ever finds half of it. */

import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isTagAlive, processTag } from "./process-identity.ts";
import { nameStart } from "./temporaries.ts";
import { removeQuietly } from "./write-atomic.ts";

/** `.invoices-4711-3f2a9c01-b81d0744-9e107d9d.tmp`; the folder that it replaced for a moment: `…-old.tmp`. */
const DRAFT = /^\..+?-(\d+-[0-9a-f]{8}-[0-9a-f]{8})-[0-9a-f]{8}(-old)?\.tmp$/;

/** Fill `path`, then call one of the `commit`s, or `discard`. */
export class DraftFolder {
  /** The draft, absolute, beside the final folder or in it: renaming it moves no bytes. */
  readonly path: string;
  /** The name that the draft gets in the end, absolute. */
  readonly final: string;

  /**
   * Makes the draft and the folders above it, and removes what killed processes left beside it.
   *
   * @param final The final name; what stands there stays until `commit`.
   * @param isWithin True: the draft lies in the final folder, for `commitWithin`. @default false
   * @throws The system's error (ENOSPC, EROFS, EACCES …) as it came.
   */
  constructor(final: string, isWithin = false) {
    this.final = resolve(final);
    const parent = isWithin ? this.final : dirname(this.final);
    mkdirSync(parent, { recursive: true });
    removeAbandonedDrafts(parent);
    const unique = crypto.randomUUID().slice(0, 8);
    this.path = join(parent, `.${nameStart(basename(this.final))}-${processTag()}-${unique}.tmp`);
    mkdirSync(this.path);
  }

  /** Gives the draft its name; what stood there is replaced. @throws The system's error as it came. */
  commit(): void {
    replaceFolder(this.path, this.final);
  }

  /**
   * Gives the draft its name as `commit` does, unless somebody has put something there meanwhile: only an
   * empty folder is replaced.
   *
   * @throws The system's error as it came: ENOTEMPTY or ENOTDIR if there is something.
   */
  commitAsNew(): void {
    try {
      rmdirSync(this.final);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    renameSync(this.path, this.final);
  }

  /**
   * Moves what is in the draft into the folder in which it lies. That folder stays the same, which may be the
   * working folder of a shell, or where a disk is mounted: neither can be replaced.
   *
   * @param last The file that is moved last: with it all is there.
   * @throws The system's error as it came; EEXIST if the folder has something of a name that is in the draft.
   *   What was moved is removed.
   */
  commitWithin(last: string): void {
    const names = readdirSync(this.path).sort((a, b) => Number(a === last) - Number(b === last));
    const taken = names.find((name) => existsSync(join(this.final, name)));
    if (taken !== undefined) {
      const path = join(this.final, taken);
      throw Object.assign(new Error(`EEXIST: file already exists, '${path}'`), { code: "EEXIST" });
    }
    const moved: string[] = [];
    try {
      for (const name of names) {
        const path = join(this.final, name);
        renameSync(join(this.path, name), path);
        moved.push(path);
      }
    } catch (error) {
      for (const path of moved) removeQuietly(path);
      throw error;
    }
    this.discard();
  }

  /**
   * Removes the draft; does nothing after `commit`. If it cannot be removed, the next draft
   * beside it removes it.
   */
  discard(): void {
    removeQuietly(this.path);
  }
}

/**
 * Renames a folder, and removes the folder that had the new name before. If the rename fails, that folder
 * gets its name back.
 *
 * @throws The system's error as it came: ENOTEMPTY, for one, if another process made a folder of
 *   that name meanwhile.
 */
export function replaceFolder(from: string, to: string): void {
  const old = from.endsWith(".tmp") ? `${from.slice(0, -".tmp".length)}-old.tmp` : `${from}-old`;
  rmSync(old, { recursive: true, force: true });
  const isReplaced = renameIfThere(to, old);
  try {
    renameSync(from, to);
  } catch (error) {
    if (isReplaced) restore(old, to);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Removes the drafts in a folder whose processes no longer run. */
export function removeAbandonedDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const tag = DRAFT.exec(name)?.[1];
    if (tag !== undefined && !isTagAlive(tag)) removeQuietly(join(folder, name));
  }
}

function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function restore(old: string, to: string): void {
  try {
    renameSync(old, to);
  } catch {
    removeQuietly(old); // another process has put its own folder there
  }
}
