/** Writes words as a shell reads them: for commands that the user copies from the console. */

/** Words of these characters alone mean themselves in every shell. */
const PLAIN = /^[\p{L}\p{N}_@%+:,./-][\p{L}\p{N}_@%+:,./=-]*$/u;

/**
 * Joins the words of a command, with quotes where they are needed: `runs/x`, `"runs/mine 2026-11-23 12:00"`,
 * `'5 $'`. POSIX shells (sh, bash, zsh) read exactly the given words. On Windows quotes are double quotes,
 * which all shells there know. Programs then read the given words, but cmd still replaces `%NAME%`.
 *
 * @param words They hold no character 0, which no argument can hold.
 * @param platform As `process.platform` names it.
 */
export function shellWords(words: readonly string[], platform: string = process.platform): string {
  return words.map(platform === "win32" ? windowsWord : posixWord).join(" ");
}

function posixWord(word: string): string {
  if (PLAIN.test(word)) return word;
  // Double quotes are what people write; inside them, these characters would still mean something.
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", `'"'"'`)}'` : `"${word}"`;
}

function windowsWord(word: string): string {
  if (PLAIN.test(word.replaceAll("\\", "/"))) return word;
  // A quote takes a backslash before it, and backslashes before a quote count twice.
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}
