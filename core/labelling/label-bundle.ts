/** Makes the workbench's page from its sources when the server starts. */

import { join } from "node:path";
import { buildPage, type PageBundle } from "../view/page-bundle.ts";
import { LABEL_STYLE } from "./page/label-style.ts";

/** @throws {AggregateError} If a file of the page does not compile, which is a defect of the project. */
export function bundleLabelPage(): Promise<PageBundle> {
  return buildPage(join(import.meta.dir, "page/main.tsx"), LABEL_STYLE);
}
