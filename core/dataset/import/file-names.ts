/** Names for imported workbooks that every file system accepts. */

import { UniqueNames } from "../../base/unique-names.ts";

/**
 * Gives each file a name of its own: its base name without characters that file systems refuse. If two
 * names differ in case at most, the later file gets the name of its folder in front, or a number at the
 * end.
 *
 * @param names With forward slashes.
 */
export function portableNames(names: readonly string[]): string[] {
  const unique = new UniqueNames([], { ending: (number) => ` (${number})` });
  return names.map((name) => {
    const parts = name
      .split("/")
      .map(portable)
      .filter((part) => part !== "");
    const base = parts.at(-1) ?? "workbook";
    const folder = parts.at(-2);
    const choices = [base, ...(folder === undefined ? [] : [`${folder}__${base}`])];
    const free = choices.find((choice) => unique.take(choice));
    if (free !== undefined) return free;
    const dot = base.lastIndexOf(".");
    const [stem, ending] = dot > 0 ? [base.slice(0, dot), base.slice(dot)] : [base, ""];
    return unique.add((number) => stem + number + ending);
  });
}

/** Windows refuses these characters, as well as blanks and dots at the end. */
function portable(part: string): string {
  return part
    .normalize("NFC")
    .replaceAll(/[<>:"|?*\p{Cc}]/gu, "_")
    .replace(/[. ]+$/, "")
    .replace(/^\s+/, "");
}
