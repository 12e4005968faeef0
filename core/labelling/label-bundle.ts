/** Makes the workbench's page from its sources when the server starts. */

import { join } from "node:path";
import { buildPage, type PageBundle } from "../view/page-bundle.ts";
import { VIEW_STYLE } from "../view/view-style.ts";

/** @throws {AggregateError} If a file of the page does not compile, which is a defect of the project. */
export function bundleLabelPage(): Promise<PageBundle> {
  return buildPage(join(import.meta.dir, "page/main.tsx"), VIEW_STYLE);
}
