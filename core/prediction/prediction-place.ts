/** The place of predictions that `--output` names, and the format that follows from it. */

import { usageError } from "../base/problem.ts";
import type { InputFiles } from "../files/input-files.ts";
import { isStandardOutput, type OutputPlace, outputPlace } from "../files/output-place.ts";
import { isOwnPrediction } from "./own-predictions.ts";
import { FORMATS, type FormatName } from "./prediction-format.ts";

/** Endings of texts: any format may go there, if a switch says which. */
const TEXT_ENDINGS = ["", ".txt", ".log", ".out", ".json", ".jsonl", ".ndjson", ".csv", ".tsv"] as const;
/** Endings that mean a format without a switch. */
const PLAIN_ENDINGS = ["", ".txt", ".log", ".out", ...FORMATS.map((name) => `.${name}`)];

/**
 * The format of a switch, else that of the output's ending, else text.
 *
 * @param switches Whether `--json`, `--jsonl` and `--csv` are given.
 * @throws {UserError} Exit code 2, if several are.
 */
export function predictionFormatOf(
  switches: { readonly [name in Exclude<FormatName, "text">]?: boolean | undefined },
  output: string | undefined,
): FormatName {
  const chosen = (["json", "jsonl", "csv"] as const).filter((name) => switches[name] === true);
  if (chosen.length > 1) {
    const got = chosen.map((name) => `--${name}`).join(" and ");
    const expected = "one of --json, --jsonl and --csv";
    const fix = `--${chosen[0]} alone; one command per format writes several`;
    throw usageError({ message: "Cannot write several formats at once", expected, got, fix });
  }
  return chosen[0] ?? FORMATS.find((name) => output?.toLowerCase().endsWith(`.${name}`)) ?? "text";
}

export interface PlaceOptions {
  readonly format: FormatName;
  /** True: a switch says the format, not the ending. */
  readonly isBySwitch: boolean;
  readonly inputs: InputFiles;
  readonly overwrite: boolean;
}

/**
 * The place; null for standard output.
 *
 * @throws {UserError} Exit code 2 if predictions must not be written there.
 */
export function predictionPlace(
  named: string | undefined,
  { format, isBySwitch, inputs, overwrite }: PlaceOptions,
): OutputPlace | null {
  if (named === undefined || isStandardOutput(named)) return null;
  return outputPlace(named, {
    what: "the predictions",
    another: "--output another file",
    endings: isBySwitch ? TEXT_ENDINGS : PLAIN_ENDINGS,
    inputs,
    overwrite,
    needsFolder: true,
    // What is in a .jsonl is checked line by line before it is continued.
    isOwn: (path) => format === "jsonl" || isOwnPrediction(path, format),
  });
}
