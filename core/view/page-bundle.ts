/** Makes a page from its sources when its server starts: there is no step to build it before. */

import { join } from "node:path";
import { VIEW_STYLE } from "./view-style.ts";

/** The page's program and its style, each as one text. */
export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

/** The first file of the page of runs. */
const ENTRY = join(import.meta.dir, "page/main.tsx");

/** The page of runs. @throws {AggregateError} As `buildPage`. */
export async function bundlePage(): Promise<PageBundle> {
  const charts = await Bun.file(Bun.resolveSync("uplot/dist/uPlot.min.css", import.meta.dir)).text();
  return await buildPage(ENTRY, `${charts}\n${VIEW_STYLE}`);
}

/**
 * @param entry The first of the page's files, absolute.
 * @throws {AggregateError} If a file of the page does not compile, which is a defect of the project.
 */
export async function buildPage(entry: string, style: string): Promise<PageBundle> {
  const built = await Bun.build({ entrypoints: [entry], target: "browser", minify: true });
  return { script: await built.outputs[0]!.text(), style };
}
