/** The paths that the files of an artifact have inside it. */

import { resolve } from "node:path";

/**
 * Gives each file its name, and as many of the folders above it as it takes to tell it from the others: with
 * `a/report.txt`, `b/report.txt` and `c/plot.png`, these are the paths, but the last one is `plot.png`. Names
 * that differ in case alone count as equal, because some file systems cannot hold both.
 *
 * @param files A file that is named twice has one path.
 * @returns From the absolute path of each file to its path in the artifact, with `/`.
 */
export function manifestPaths(files: readonly string[]): Map<string, string> {
  const folders = new Map(
    files.map((file) => [resolve(file), resolve(file).split(/[\\/]/).filter(Boolean).reverse()] as const),
  );
  const depths = new Map([...folders.keys()].map((file) => [file, 1]));
  const pathOf = (file: string) => folders.get(file)!.slice(0, depths.get(file)).reverse().join("/");
  for (;;) {
    const paths = [...folders.keys()].map((file) => [file, pathOf(file)] as const);
    const clashing = paths.filter(([file, path]) =>
      paths.some(([other, otherPath]) => other !== file && clash(path, otherPath)),
    );
    const longer = clashing.filter(([file]) => depths.get(file)! < folders.get(file)!.length);
    if (longer.length === 0) return new Map(paths);
    for (const [file] of longer) depths.set(file, depths.get(file)! + 1);
  }
}

/** True if both cannot be files of one folder: they are equal, or one is a folder of the other. */
function clash(a: string, b: string): boolean {
  const [one, two] = [a.toLowerCase(), b.toLowerCase()];
  return one === two || one.startsWith(`${two}/`) || two.startsWith(`${one}/`);
}
