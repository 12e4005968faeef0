/**
 * `bun run setup [set] [--force]`: installs the packages that commands need. The other scripts of
 * package.json run it first, when there may be no packages yet: nothing that it imports comes from one.
 */

import { PROJECT_ROOT } from "../base/project-root.ts";
import { isInstalled } from "../packages/stamp.ts";

const given = process.argv.slice(2);
if (given.length !== 1 || !(await isInstalled(given[0]!, PROJECT_ROOT))) {
  // Loaded only now: every command starts with this program, and mostly there is nothing to do.
  const { setUpPackages } = await import("../packages/set-up-packages.ts");
  process.exitCode = await setUpPackages(given);
}
