/** Shortens lists of names. */

/**
 * The shortest prefixes (`backbone`, `encoder.1`) under which all names are among `some`. A name whose
 * siblings are not among them stands for itself.
 *
 * @param some Names out of `all`.
 *
 * @example wholePrefixes(["a.x", "a.y", "b.x"], ["a.x", "a.y", "b.x", "b.y"]); // ["a", "b.x"]
 */
export function wholePrefixes(some: readonly string[], all: readonly string[]): string[] {
  const chosen = new Set(some);
  const below = (names: readonly string[], depth: number): string[] => {
    const groups = Map.groupBy(names, (name) => name.split(".").slice(0, depth).join("."));
    return [...groups].flatMap(([prefix, group]) => {
      if (group.every((name) => chosen.has(name))) return [prefix];
      return group.some((name) => chosen.has(name)) ? below(group, depth + 1) : [];
    });
  };
  return below(all, 1);
}
