/** Where a built binding lies, and whether one is there. */

import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../base/project-root.ts";
import type { NativeDevice } from "./wheels.ts";

/** A folder with a binding, its libraries and what is known about them. */
export interface NativeInstallation {
  readonly device: NativeDevice;
  /** Absolute. */
  readonly folder: string;
  /** The Node-API module, absolute. */
  readonly binding: string;
  /** The project's own kernels beside it, absolute; null where they could not be built. */
  readonly kernels: string | null;
  /** What setup noted down; null for a binding that the package's own install script brought. */
  readonly record: InstallationRecord | null;
}

/** Contents of `installed.json`. */
export interface InstallationRecord {
  readonly device: NativeDevice;
  /** Version of the library as it reports itself. */
  readonly tensorflow: string;
  /** Where the library came from: a wheel's name, a folder. */
  readonly source: string;
  /** Hash of the wheel; null for a folder, which is taken as it is. */
  readonly sha256: string | null;
  readonly compiler: string;
  /** Hash of the sources that the kernels were built from; null without kernels. */
  readonly kernels: string | null;
  /** The processor that the kernels were built for. */
  readonly processor: string;
  /** ISO 8601. */
  readonly date: string;
}

/** The package whose sources and JavaScript the binding belongs to. */
export const BINDING_PACKAGE = "@tensorflow/tfjs-node-gpu";

/** Paths inside an installation; those of the package itself, so that it finds them through links. */
export const LAYOUT = {
  binding: join("lib", "napi-v8", "tfjs_binding.node"),
  kernels: join("lib", "table_kernels.so"),
  libraries: join("deps", "lib"),
  record: "installed.json",
} as const;

/** The folder that holds what setup builds. It lies outside node_modules, so that installing packages anew costs nothing. */
export function nativeStore(root: string = PROJECT_ROOT): string {
  return join(root, ".cache", "native");
}

/** Where the package is installed, or null if it is not. */
export function bindingPackage(root: string = PROJECT_ROOT): string | null {
  const folder = join(root, "node_modules", ...BINDING_PACKAGE.split("/"));
  return existsSync(join(folder, "package.json")) ? folder : null;
}

/** The installation for a device: what setup built, or (for either device) what the package's own script downloaded. */
export function findInstallation(
  device: NativeDevice,
  root: string = PROJECT_ROOT,
): NativeInstallation | null {
  const built = readInstallation(join(nativeStore(root), device), device);
  if (built !== null) return built;
  const folder = bindingPackage(root);
  // Links of setup's make the package look installed too, then with the other device's libraries.
  if (folder === null || isLink(join(folder, "lib"))) return null;
  return readInstallation(folder, device);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** What a folder holds, or null without a binding. */
export function readInstallation(folder: string, device: NativeDevice): NativeInstallation | null {
  const binding = join(folder, LAYOUT.binding);
  if (!existsSync(binding)) return null;
  const kernels = join(folder, LAYOUT.kernels);
  return {
    device,
    folder,
    binding,
    kernels: existsSync(kernels) ? kernels : null,
    record: readRecord(join(folder, LAYOUT.record)),
  };
}

function readRecord(path: string): InstallationRecord | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as InstallationRecord;
  } catch {
    return null;
  }
}
