/** A configuration as a flat list of settings, for tables and comparisons of runs. */

import { isRecord } from "../base/plain-object.ts";
import type { Setting } from "./run-data.ts";

/** No configuration nests deeper; a hostile file may. */
const MOST_DEPTH = 16;

/** `training.lr` → value. Lists of plain values are joined by `, `; other lists are JSON. */
export function flatSettings(config: unknown): Record<string, Setting> {
  const settings: [string, Setting][] = [];
  const add = (value: unknown, key: string, depth: number): void => {
    if (isRecord(value) && depth < MOST_DEPTH) {
      for (const [name, child] of Object.entries(value)) {
        add(child, key === "" ? name : `${key}.${name}`, depth + 1);
      }
    } else if (key !== "") settings.push([key, settingOf(value)]);
  };
  add(config, "", 0);
  return Object.fromEntries(settings);
}

function settingOf(value: unknown): Setting {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
  const isPlainList = Array.isArray(value) && value.every((item) => typeof item !== "object");
  return isPlainList ? value.join(", ") : JSON.stringify(value);
}
