/** Names and tags of trainings that are made of texts of a user, so that they fit the configuration. */

/** The most characters of `experiment.name`. */
export const NAME_CHARACTERS = 120;
/**
 * The most bytes of `experiment.name`: file systems allow 255 per name, and the name of the run's folder also
 * has date, time and a number.
 */
export const NAME_BYTES = 220;
/** The most characters of a tag. */
export const TAG_CHARACTERS = 64;

/**
 * A value for `experiment.name`: the beginning of a text, as much of it as fits, and an ending. What no
 * folder's name can have becomes `_`.
 *
 * @param ending Such as ` fold 1 of 5`.
 */
export function derivedName(text: string, ending: string): string {
  const usable = text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: names must not contain them
    .replaceAll(/[/\\:*?"<>|\u0000-\u001F]/g, "_")
    .replace(/^[ .]/, "_");
  let kept = "";
  for (const character of usable) {
    const name = `${kept}${character}${ending}`;
    if (name.length > NAME_CHARACTERS || Buffer.byteLength(name) > NAME_BYTES) break;
    kept += character;
  }
  return `${kept}${ending}`;
}

/** A tag from the beginning of a text, or from its end. */
export function derivedTag(text: string, from: "beginning" | "end"): string {
  const characters = [...text.toWellFormed()];
  while (characters.join("").length > TAG_CHARACTERS) {
    if (from === "end") characters.shift();
    else characters.pop();
  }
  return characters.join("");
}
