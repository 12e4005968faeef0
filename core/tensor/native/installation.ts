/** Finds installations of the binding. */

import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, PROJECT_ROOT, packageFolders } from "../../base/project-root.ts";
import type { NativeDevice } from "./wheels.ts";

/** A folder with a binding, its libraries and a record about them. */
export interface NativeInstallation {
  readonly device: NativeDevice;
  /** The absolute path of the folder. */
  readonly folder: string;
  /** The absolute path of the Node-API module. */
  readonly binding: string;
  /** The absolute path of the project's own kernels; null where they could not be built. */
  readonly kernels: string | null;
  /** The record of the setup; null for a binding from the package's own install script. */
  readonly record: InstallationRecord | null;
}

/** The contents of `installed.json`. */
export interface InstallationRecord {
  readonly device: NativeDevice;
  /** The version that the library reports. */
  readonly tensorflow: string;
  /** The source of the library: the name of a wheel, or a folder. */
  readonly source: string;
  /** The hash of the wheel; null for a folder, which is used unchecked. */
  readonly sha256: string | null;
  readonly compiler: string;
  /** The hash of the sources that the kernels were built from; null without kernels. */
  readonly kernels: string | null;
  /** The processor that the kernels were built for. */
  readonly processor: string;
  /** The date of the setup in ISO 8601. */
  readonly date: string;
}

/** The package with the JavaScript and the sources of the binding. */
export const BINDING_PACKAGE = "@tensorflow/tfjs-node-gpu";

/** The paths inside an installation. They are those of the package, which finds them through links. */
export const LAYOUT = {
  binding: join("lib", "napi-v8", "tfjs_binding.node"),
  kernels: join("lib", "table_kernels.so"),
  libraries: join("deps", "lib"),
  record: "installed.json",
} as const;

/**
 * The folder of all installations. It lies outside node_modules, so that an install of packages leaves it
 * alone.
 */
export function nativeStore(root: string = PROJECT_ROOT): string {
  return join(cacheFolder(root), "native");
}

/** Where the package lies, or will lie once it is installed. */
export function bindingFolder(root: string = PROJECT_ROOT): string {
  const folders = packageFolders(BINDING_PACKAGE, root);
  return folders.find((folder) => existsSync(join(folder, "package.json"))) ?? folders[0]!;
}

/** The folder of the package; null if it is not installed. */
export function bindingPackage(root: string = PROJECT_ROOT): string | null {
  const folder = bindingFolder(root);
  return existsSync(join(folder, "package.json")) ? folder : null;
}

/**
 * The installation for a device: built by setup or, for either device, downloaded by the package's own
 * script.
 */
export function findInstallation(
  device: NativeDevice,
  root: string = PROJECT_ROOT,
): NativeInstallation | null {
  const built = readInstallation(join(nativeStore(root), device), device);
  if (built !== null) return built;
  const folder = bindingPackage(root);
  // Links of a setup make the package look installed too, but with the libraries of the other device.
  if (folder === null || isLink(join(folder, "lib"))) return null;
  return readInstallation(folder, device);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** The installation in a folder; null without a binding. */
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
