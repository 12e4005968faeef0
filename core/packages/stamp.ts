/**
 * Knows which packages are installed, from a small file in node_modules. Every command asks at its start:
 * this reads three files, runs no program, and imports nothing that takes time to load.
 */

import { largerSet, PACKAGE_SETS, type PackageSet } from "./package-set.ts";

/** The contents of the file. */
export interface Stamp {
  readonly set: PackageSet;
  /** The hash of what the packages were installed from; empty while they are written anew. */
  readonly source: string;
}

/** The hash of what packages are installed from, or the file that cannot be read, and why. */
export type PackageSource =
  | { readonly isReadable: true; readonly hash: string }
  | { readonly isReadable: false; readonly file: string; readonly reason: string };

/** The parts of package.json that say which packages are installed. */
const PARTS = ["dependencies", "optionalDependencies", "devDependencies", "overrides", "trustedDependencies"];

/**
 * Hashes the lock file, the parts of package.json that name packages, and the kind of machine, since some
 * packages are built for one.
 *
 * @param root The folder of the project.
 */
export async function packageSource(root: string): Promise<PackageSource> {
  let file = "bun.lock";
  try {
    const lock = await Bun.file(`${root}/${file}`).text();
    file = "package.json";
    const manifest = (await Bun.file(`${root}/${file}`).json()) as Record<string, unknown>;
    const all = [lock, PARTS.map((part) => manifest[part]), process.platform, process.arch];
    return { isReadable: true, hash: Bun.hash(JSON.stringify(all)).toString(16) };
  } catch (error) {
    return { isReadable: false, file, reason: (error as Error).message };
  }
}

/**
 * Whether all packages of a set are installed, from just this lock file and package.json.
 *
 * @param set What is not the name of a set is never installed.
 */
export async function isInstalled(set: string, root: string): Promise<boolean> {
  const stamp = await readStamp(root);
  const known = PACKAGE_SETS.find((name) => name === set);
  if (stamp === null || known === undefined || largerSet(stamp.set, known) !== stamp.set) return false;
  const source = await packageSource(root);
  return source.isReadable && source.hash === stamp.source;
}

/** What the last installation noted; null if there was none. */
export async function readStamp(root: string): Promise<Stamp | null> {
  try {
    const { set, source } = (await Bun.file(stampPath(root)).json()) as Stamp;
    return PACKAGE_SETS.includes(set) && typeof source === "string" ? { set, source } : null;
  } catch {
    return null;
  }
}

/** The path of the file. */
export function stampPath(root: string): string {
  return `${root}/node_modules/.installed-set.json`;
}
