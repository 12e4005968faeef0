/** How long a line of text may be where a command prints it. */

/** Names and their texts need this much side by side. */
const LEAST_COLUMNS = 40;
const USUAL_COLUMNS = 80;

/**
 * The length of a line in characters: the terminal's. Where there is no terminal, it is that of the variable
 * `COLUMNS`, or 80.
 *
 * @param stream Where the lines go. Terminals say how wide they are.
 */
export function outputColumns(
  { columns }: { readonly columns?: number },
  env: Readonly<Record<string, string | undefined>> = process.env,
): number {
  if (columns) return columns;
  return /^\d+$/.test(env.COLUMNS ?? "") ? Math.max(LEAST_COLUMNS, Number(env.COLUMNS)) : USUAL_COLUMNS;
}
