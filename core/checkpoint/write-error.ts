/** Errors about checkpoints that cannot be written. */

import { dirname } from "node:path";
import { UserError } from "../base/problem.ts";

const REASONS: Record<string, { reason: string; fix: (path: string, megabytes: number) => string }> = {
  ENOSPC: {
    reason: "the disk is full",
    fix: (path, megabytes) =>
      `free at least ${megabytes} MB on the disk of ${dirname(path)}, then resume the run`,
  },
  EDQUOT: {
    reason: "the disk quota is used up",
    fix: (path, megabytes) => `free at least ${megabytes} MB of your quota on the disk of ${dirname(path)}`,
  },
  EFBIG: {
    reason: "the file is larger than the system allows",
    fix: () => "raise the limit (ulimit -f) or save to another disk",
  },
  EROFS: {
    reason: "the file system is read-only",
    fix: (path) => `make ${dirname(path)} writable, or train into another folder`,
  },
  EACCES: {
    reason: "writing there is not permitted",
    fix: (path) => `give yourself the right to write in ${dirname(path)}`,
  },
  EPERM: {
    reason: "writing there is not permitted",
    fix: (path) => `give yourself the right to write in ${dirname(path)}`,
  },
  ENOENT: { reason: "the folder does not exist", fix: (path) => `create ${dirname(path)}` },
  ENOTDIR: { reason: "the folder is a file", fix: (path) => `move ${dirname(path)} out of the way` },
  EISDIR: { reason: "a folder has that name", fix: (path) => `move ${path} out of the way` },
  EIO: {
    reason: "the disk reports a fault",
    fix: () => "check the disk and its connection; save elsewhere until then",
  },
};

/**
 * Turns an error of the system into one for the user. Other errors are defects and are returned as they are.
 *
 * @param bytes The size of the file that could not be written.
 */
export function checkpointWriteError(path: string, bytes: number, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === undefined || !(error instanceof Error)) return error;
  const known = REASONS[code];
  const fix = known?.fix(path, Math.ceil(bytes / 1e6)) ?? "save to another folder or disk";
  return new UserError(
    {
      file: path,
      message: "Cannot write the checkpoint",
      got: known ? `${known.reason} (${code})` : error.message,
      fix: `${fix}; what was saved before is untouched`,
    },
    { cause: error },
  );
}
