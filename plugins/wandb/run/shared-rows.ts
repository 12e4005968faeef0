/** Copies the rows that a branch shares with its parent run, and the images in them. */

import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EarlierRow } from "../log/earlier-logs.ts";

/**
 * The files that the values of a row show, by their paths below `files/`. Those that are not there any more
 * are left out.
 *
 * @param files The `files/` beside the new log. The files are copied there.
 */
export function copyRowFiles({ row, path }: EarlierRow, files: string): string[] {
  return row.item
    .flatMap(({ valueJson }) => imagePaths(valueJson))
    .filter((name) => {
      const target = join(files, ...name.split("/"));
      try {
        mkdirSync(dirname(target), { recursive: true });
        copyFileSync(join(dirname(path), "files", ...name.split("/")), target);
        return true;
      } catch {
        return false; // the row says that there was an image; it stays in the parent run
      }
    });
}

/** The paths in the value of one image or of several; none for any other value. */
function imagePaths(valueJson: string): string[] {
  if (!valueJson.includes('"image')) return [];
  const value = JSON.parse(valueJson) as { _type?: unknown; path?: unknown; filenames?: unknown };
  const paths =
    value._type === "image-file" ? [value.path] : value._type === "images/separated" ? value.filenames : [];
  const texts = Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
  return texts.filter((path) => path.startsWith("media/") && !path.split("/").includes(".."));
}
