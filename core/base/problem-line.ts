/** Problems in one line, for lists and outputs that have one line per file. */

import type { Problem } from "./problem.ts";

/**
 * `Cannot read the sheet (Sheet1): the reason`, without the file, which the line around it names.
 *
 * @param options.withExpected True: what was expected stands in the line too. @default false
 */
export function problemLine(
  { message, where, expected, got }: Problem,
  { withExpected = false }: { withExpected?: boolean } = {},
): string {
  const place = where ? ` (${where})` : "";
  const wanted = withExpected ? expected : undefined;
  const details = [wanted && `expected ${wanted}`, got && (wanted ? `got ${got}` : got)].filter(Boolean);
  const more = details.length > 0 ? `: ${details.join(", ")}` : "";
  return `${message}${place}${more}`.replaceAll(/\s*[\r\n]\s*/g, " ");
}

/** Several problems in one line. */
export function problemsLine(problems: readonly Problem[], options: { withExpected?: boolean } = {}): string {
  return problems.map((problem) => problemLine(problem, options)).join("; ");
}
