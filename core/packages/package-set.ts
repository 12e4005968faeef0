/** The sets of packages that commands need, each of which holds the one before it. */

/** From the smallest to the largest. */
export const PACKAGE_SETS = ["small", "devices", "all"] as const;

/**
 * `small` is what finding tables and training on the CPU need, `devices` adds what `native`, `cuda` and
 * `webgpu` need, and `all` adds the tools of whoever works on the project.
 */
export type PackageSet = (typeof PACKAGE_SETS)[number];

/** The kinds of dependencies in package.json that a set leaves out, as arguments of `bun install`. */
export const LEFT_OUT: Readonly<Record<PackageSet, readonly string[]>> = {
  small: ["--production", "--omit=optional"],
  devices: ["--production"],
  all: [],
};

/** What a set takes on the disk, in megabytes, on Linux on x64. */
export const SET_MEGABYTES: Readonly<Record<PackageSet, number>> = { small: 86, devices: 490, all: 640 };

/** The larger of two sets. */
export function largerSet(one: PackageSet, other: PackageSet): PackageSet {
  return PACKAGE_SETS.indexOf(one) > PACKAGE_SETS.indexOf(other) ? one : other;
}
