/** Describes a plan in words, for `--dry-run` and for the console. */

import { SET_MEGABYTES } from "../packages/package-set.ts";
import { nativeStore } from "../tensor/native/installation.ts";
import type { SetupPlan } from "./plan.ts";

/** A number of bytes in megabytes of 10^6 bytes: "274 MB". */
export function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

/** The steps, one per line, with every file to download and its hash. */
export function describePlan(plan: SetupPlan): string {
  const lines = [`Setting up ${plan.device} on ${plan.platform}:`];
  if (plan.needsPackages) {
    const bytes = (SET_MEGABYTES.devices - SET_MEGABYTES.small) * 1e6;
    lines.push(`  install the packages of the devices, about ${megabytes(bytes)}`);
  }
  const total = plan.downloads.reduce((sum, wheel) => sum + wheel.bytes, 0);
  if (plan.downloads.length > 0) {
    lines.push(`  download ${megabytes(total)} with ${plan.downloader?.version}`);
    for (const { file, bytes, sha256 } of plan.downloads) {
      lines.push(`    ${file}  ${megabytes(bytes)}`, `      sha256 ${sha256}`);
    }
  }
  switch (plan.source.kind) {
    case "folder":
      lines.push(`  take TensorFlow's library and headers from ${plan.source.folder}, unchecked`);
      break;
    case "installed":
      lines.push(
        `  keep TensorFlow ${plan.source.record.tensorflow}, which is installed (${plan.source.record.source})`,
      );
      break;
    case "wheel":
      lines.push(`  unpack the library and headers of ${plan.source.file} (its hash is right)`);
      break;
    case "index":
      lines.push(`  unpack the library and headers, check the hashes`);
      break;
    case "script":
      lines.push(
        "  run the package's own install script: TensorFlow 2.9.1 of 2022 and a built binding, unchecked",
      );
      return lines.join("\n");
  }
  lines.push(
    `  build the binding and the project's kernels with ${plan.compiler?.version}${
      plan.source.kind === "installed" ? ", if they are not up to date" : ""
    }`,
    `  run a gradient on it`,
    `  install it in ${nativeStore()}/${plan.device}, with links from the package in node_modules`,
    `  (needs ${megabytes(plan.bytesNeeded)} of free space on the way)`,
  );
  return lines.join("\n");
}
