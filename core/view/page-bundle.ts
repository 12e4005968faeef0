/** Makes the page of the viewer from its sources when it starts: there is no step to build it before. */

import { join } from "node:path";
import { VIEW_STYLE } from "./view-style.ts";

/** The page's program and its style, each as one text. */
export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

/** The first of the page's files. */
const ENTRY = join(import.meta.dir, "page/main.tsx");

/** @throws {AggregateError} If a file of the page does not compile, which is a defect of the project. */
export async function bundlePage(): Promise<PageBundle> {
  const built = await Bun.build({ entrypoints: [ENTRY], target: "browser", minify: true });
  const charts = await Bun.file(Bun.resolveSync("uplot/dist/uPlot.min.css", import.meta.dir)).text();
  return { script: await built.outputs[0]!.text(), style: `${charts}\n${VIEW_STYLE}` };
}
