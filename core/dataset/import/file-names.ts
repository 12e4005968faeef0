/** Names for imported workbooks that every file system accepts. */

/**
 * Gives each file a name of its own: its base name without characters that file systems refuse. If two
 * names differ in case at most, the later file gets the name of its folder in front, or a number at the
 * end.
 *
 * @param names With forward slashes.
 */
export function portableNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  /** The next number to try, by base name: thousands of files may have one name. */
  const next = new Map<string, number>();
  return names.map((name) => {
    const parts = name
      .split("/")
      .map(portable)
      .filter((part) => part !== "");
    const base = parts.at(-1) ?? "workbook";
    const folder = parts.at(-2);
    const dot = base.lastIndexOf(".");
    const [stem, ending] = dot > 0 ? [base.slice(0, dot), base.slice(dot)] : [base, ""];
    const choices = [base, ...(folder === undefined ? [] : [`${folder}__${base}`])];
    let free = choices.find((choice) => !taken.has(choice.toLowerCase()));
    for (let number = next.get(base.toLowerCase()) ?? 2; free === undefined; number++) {
      const numbered = `${stem} (${number})${ending}`;
      if (!taken.has(numbered.toLowerCase())) free = numbered;
      next.set(base.toLowerCase(), number + 1);
    }
    taken.add(free.toLowerCase());
    return free;
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
