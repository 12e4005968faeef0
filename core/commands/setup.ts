/**
 * `bun run setup [set] [--force]`: installs the packages that commands need. The other scripts of
 * package.json run it first, when there may be no packages yet: nothing that it imports comes from one.
 */

import { isInstalled } from "../packages/stamp.ts";

// Every command starts with this program, and mostly there is nothing to do: each file that is loaded counts,
// PROJECT_ROOT's and node:path too.
const given = process.argv.slice(2);
if (given.length !== 1 || !(await isInstalled(given[0]!, `${import.meta.dir}/../..`))) {
  const { setUpPackages } = await import("../packages/set-up-packages.ts");
  process.exitCode = await setUpPackages(given);
}
