/** From a plugin's name in a configuration to its file: built-in, by path, or an installed package. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { nearest } from "../base/nearest.ts";
import type { Problem } from "../base/problem.ts";
import { PROJECT_ROOT } from "../base/project-root.ts";

/** Where plugins are looked for. All absolute. */
export interface PluginPlaces {
  /** Relative paths begin here. */
  readonly cwd: string;
  /** The folder of the built-in plugins. */
  readonly pluginsFolder: string;
  /**
   * The configuration's folder. Installed packages are looked for here first, then in the current folder,
   * then in the project; in each case also in the folders above. Relative paths do not begin here, but a
   * message says so if one would fit.
   */
  readonly configFolder: string;
}

/** The project's own `plugins/`. */
export const PLUGINS_FOLDER = resolve(import.meta.dir, "../../plugins");

const SCRIPT = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/** True for a path: `./my/plugin.ts`, `/abs/x.js`, `~/x.ts`, `my/plugin.ts`. Everything else is a name. */
export function isPluginPath(key: string): boolean {
  return /^(\.{1,2}|~)[/\\]/.test(key) || isAbsolute(key) || SCRIPT.test(key);
}

/** Makes a path absolute and leaves a name as it is: two keys with the same result name the same plugin. */
export function canonicalPluginKey(key: string, cwd: string): string {
  if (!isPluginPath(key)) return key;
  return key.startsWith("~") ? join(homedir(), key.slice(1)) : resolve(cwd, key);
}

/**
 * The files of the built-in plugins by name. The plugin `system_metrics` lies in the folder
 * `system-metrics`.
 */
export function builtInPlugins(pluginsFolder: string): Map<string, string> {
  const folders = existsSync(pluginsFolder) ? readdirSync(pluginsFolder).sort() : [];
  return new Map(
    folders
      .map((folder) => [folder.replaceAll("-", "_"), join(pluginsFolder, folder, "plugin.ts")] as const)
      .filter(([, file]) => existsSync(file)),
  );
}

/**
 * Finds a plugin's file without loading it.
 *
 * @param key In its canonical form (`canonicalPluginKey`).
 * @returns The absolute path, or a problem. Its place in the configuration is for the caller to add.
 */
export function locatePlugin(key: string, places: PluginPlaces): string | Problem {
  const { cwd, pluginsFolder, configFolder } = places;
  if (isPluginPath(key)) return locateFile(key, places);
  const builtIn = builtInPlugins(pluginsFolder);
  const found = builtIn.get(key) ?? locatePackage(key, [configFolder, ...foldersOfAnyConfig(places)]);
  if (found !== null) return found;
  const near = nearest(key, builtIn.keys());
  const searched = [...new Set([configFolder, cwd])]
    .map((folder) => join(folder, "node_modules"))
    .join(" or ");
  return {
    message: `Cannot find the plugin ${key}`,
    expected: `a built-in plugin (${[...builtIn.keys()].join(", ")}), a path (./my/plugin.ts) or an installed package`,
    got: near === null && isPackageName(key) ? `no package ${key} in ${searched}, or a folder above` : key,
    fix: near ?? undefined,
  };
}

/** Where packages are found whatever configuration names them. */
function foldersOfAnyConfig({ cwd, pluginsFolder }: PluginPlaces): string[] {
  return [cwd, dirname(pluginsFolder)];
}

/**
 * The key under which the run's own configuration keeps a plugin: that of a package which is only found from
 * this configuration's folder is its file, for the run's folder lies elsewhere.
 *
 * @param path The plugin's file, as `locatePlugin` found it.
 */
export function keptPluginKey(key: string, path: string, places: PluginPlaces): string {
  if (isPluginPath(key) || builtInPlugins(places.pluginsFolder).has(key)) return key;
  return locatePackage(key, foldersOfAnyConfig(places)) === path ? key : path;
}

function locateFile(path: string, { cwd, configFolder }: PluginPlaces): string | Problem {
  const message = `Cannot find the plugin ${path}`;
  if (!existsSync(path)) {
    const besideConfig = resolve(configFolder, relative(cwd, path));
    const folder = dirname(path);
    const files = scriptsIn(folder);
    const near = nearest(path.slice(folder.length + 1), files ?? []);
    const noFolder = existsSync(folder)
      ? `${folder}, which cannot be read as a folder`
      : `no folder ${folder}`;
    const got = files === null ? noFolder : "no such file";
    const expected = "a file; relative paths are from the current folder";
    const fix = existsSync(besideConfig) ? besideConfig : near === null ? undefined : join(folder, near);
    return { message, expected, got, fix };
  }
  if (statSync(path).isDirectory()) {
    const inside = join(path, "plugin.ts");
    const fix = existsSync(inside) ? inside : undefined;
    return { message, expected: "a file, such as plugin.ts", got: "a folder", fix };
  }
  if (!SCRIPT.test(path)) return { message, expected: "a .ts or .js file", got: path };
  return path;
}

/** The names of the scripts in a folder; null if there is no folder of this name that can be read. */
function scriptsIn(folder: string): string[] | null {
  try {
    return readdirSync(folder).filter((name) => SCRIPT.test(name));
  } catch {
    return null;
  }
}

function isPackageName(name: string): boolean {
  return /^(@[\w.-]+\/)?[\w.-]+(\/[\w./-]+)?$/.test(name);
}

/**
 * Finds a package that is installed. The runtime's own resolver is not asked: it would download a misspelt
 * name.
 *
 * @returns Its file, null if it is not installed, or what is wrong with it.
 */
function locatePackage(name: string, folders: readonly string[]): string | Problem | null {
  if (!isPackageName(name)) return null;
  const packageName = name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
  for (const folder of folders) {
    for (let at = folder; ; at = dirname(at)) {
      const manifest = join(at, "node_modules", packageName, "package.json");
      if (existsSync(manifest)) return packageProblem(name, manifest) ?? entryOf(name, at, manifest);
      if (dirname(at) === at) break;
    }
  }
  return null;
}

function entryOf(name: string, folder: string, manifest: string): string | Problem {
  try {
    return Bun.resolveSync(name, folder);
  } catch {
    return {
      message: `Cannot load the plugin ${name}`,
      expected: `a package with a file that ${manifest} names as exports or main`,
      got: "none that exists",
    };
  }
}

/** The problem of a package that was made for another version of this project; null if it has none. */
function packageProblem(name: string, manifest: string): Problem | null {
  const { version } = readManifest(join(PROJECT_ROOT, "package.json"));
  const wanted = readManifest(manifest).peerDependencies?.tablesense2;
  if (typeof wanted !== "string" || Bun.semver.satisfies(version!, wanted)) return null;
  return {
    message: `Cannot use the plugin ${name}`,
    expected: `a package for tablesense2 ${version}`,
    got: `one for ${wanted}, as its package.json says (peerDependencies)`,
    fix: "install a version of the package that fits",
  };
}

/** What a package.json says, or nothing if it cannot be read. */
function readManifest(path: string): { version?: string; peerDependencies?: Record<string, unknown> } {
  try {
    return JSON.parse(readFileSync(path, "utf8")) ?? {};
  } catch {
    return {};
  }
}
