/** From a plugin's name in a configuration to its file: built-in, by path, or an installed package. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { nearest } from "../base/nearest.ts";
import type { Problem } from "../base/problem.ts";

/** Where plugins are looked for. All absolute. */
export interface PluginPlaces {
  /** Relative paths begin here, and so does the search for installed packages. */
  readonly cwd: string;
  /** The folder of the built-in plugins. */
  readonly pluginsFolder: string;
  /**
   * The configuration's folder. Nothing is loaded from it, but a message says so if a relative path would
   * fit there.
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
  const { cwd, pluginsFolder } = places;
  if (isPluginPath(key)) return locateFile(key, places);
  const builtIn = builtInPlugins(pluginsFolder);
  const found = builtIn.get(key) ?? locatePackage(key, [cwd, dirname(pluginsFolder)]);
  if (found !== null) return found;
  const near = nearest(key, builtIn.keys());
  return {
    message: `Cannot find the plugin ${key}`,
    expected: `a built-in plugin (${[...builtIn.keys()].join(", ")}), a path (./my/plugin.ts) or an installed package`,
    got: key,
    fix: near ?? undefined,
  };
}

function locateFile(path: string, { cwd, configFolder }: PluginPlaces): string | Problem {
  const message = `Cannot find the plugin ${path}`;
  if (!existsSync(path)) {
    const besideConfig = resolve(configFolder, relative(cwd, path));
    const folder = dirname(path);
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => SCRIPT.test(name)) : [];
    const near = nearest(path.slice(folder.length + 1), files);
    const got = existsSync(folder) ? "no such file" : `no folder ${folder}`;
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

/**
 * Finds a package that is installed. The runtime's own resolver is not asked: it would download a misspelt
 * name.
 */
function locatePackage(name: string, folders: readonly string[]): string | null {
  if (!/^(@[\w.-]+\/)?[\w.-]+(\/[\w./-]+)?$/.test(name)) return null;
  const packageName = name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
  for (const folder of folders) {
    for (let at = folder; ; at = dirname(at)) {
      if (existsSync(join(at, "node_modules", packageName, "package.json"))) {
        try {
          return Bun.resolveSync(name, at);
        } catch {
          return null;
        }
      }
      if (dirname(at) === at) break;
    }
  }
  return null;
}
