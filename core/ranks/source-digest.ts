/** A digest of the program itself, by which ranks see that they run the same. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { PROJECT_ROOT } from "../base/project-root.ts";

/** What decides how a training computes: the code of the network, its kernels, the versions of packages. */
const SOURCES = ["core", "plugins", "package.json"];

/** @returns 12 hexadecimal digits. They depend on paths within the project and on contents alone. */
export function sourceDigest(root: string = PROJECT_ROOT): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const file of SOURCES.flatMap((name) => filesAt(join(root, name))).sort()) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}

function filesAt(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [path]; // a file of its own
  }
}
