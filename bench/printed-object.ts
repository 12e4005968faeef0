/** Reads what a benchmark printed: one line with a JSON object, among lines for people. */

import { isRecord } from "../core/base/plain-object.ts";

/** The last line that is a JSON object; null if there is none. */
export function printedObject(output: string): Record<string, unknown> | null {
  for (const line of output.split("\n").toReversed()) {
    if (!line.startsWith("{")) continue;
    try {
      const value: unknown = JSON.parse(line);
      if (isRecord(value)) return value;
    } catch {
      // It only looks like JSON.
    }
  }
  return null;
}
