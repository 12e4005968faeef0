/** Tags and notes that people gave to a run after it began: `remarks.json` in its folder. */

import { join } from "node:path";
import { isRecord } from "../base/plain-object.ts";
import { UserError } from "../base/problem.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { readStart } from "../files/file-ends.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";

export interface Remarks {
  readonly tags: readonly string[];
  readonly notes: string;
}

const MOST_TAGS = 50;
const LONGEST_TAG = 100;
const LONGEST_NOTES = 20_000;
const MOST_BYTES = 2 ** 20;

/** The remarks of a run; null if there are none that can be read. */
export function readRemarks(folder: string): Remarks | null {
  try {
    const bytes = readStart(join(folder, RUN_FILES.remarks), MOST_BYTES);
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (!isRecord(value)) return null;
    const tags = Array.isArray(value.tags) ? value.tags.filter((tag) => typeof tag === "string") : [];
    return { tags, notes: typeof value.notes === "string" ? value.notes : "" };
  } catch {
    return null;
  }
}

/** @throws {UserError} If the value is none of remarks, or the file cannot be written. */
export function writeRemarks(folder: string, value: unknown): Remarks {
  const remarks = checkedRemarks(value);
  const file = join(folder, RUN_FILES.remarks);
  try {
    writeFileAtomic(file, `${JSON.stringify(remarks, null, 2)}\n`);
  } catch (cause) {
    throw new UserError(
      {
        file,
        message: "Cannot keep the tags and notes",
        expected: "a folder that can be written to",
        got: (cause as Error).message,
        fix: "free space or change the folder's permissions, then try again",
      },
      { cause },
    );
  }
  return remarks;
}

function checkedRemarks(value: unknown): Remarks {
  if (isRecord(value) && Array.isArray(value.tags) && typeof value.notes === "string") {
    const isTag = (tag: unknown) => typeof tag === "string" && tag.trim() !== "" && tag.length <= LONGEST_TAG;
    const isShort = value.tags.length <= MOST_TAGS && value.notes.length <= LONGEST_NOTES;
    if (isShort && value.tags.every(isTag)) {
      const tags = (value.tags as string[]).map((tag) => tag.trim());
      return { tags: [...new Set(tags)], notes: value.notes };
    }
  }
  throw new UserError({
    message: "Cannot keep these tags and notes",
    expected: `at most ${MOST_TAGS} tags of 1 to ${LONGEST_TAG} characters, and notes of at most ${LONGEST_NOTES}`,
    got: JSON.stringify(value)?.slice(0, 80) ?? "nothing",
    fix: 'send {"tags": ["…"], "notes": "…"}',
  });
}
