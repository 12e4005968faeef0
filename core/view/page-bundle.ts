/** Makes the page of the viewer from its sources when the viewer starts: there is no step to build it before. */

import { join } from "node:path";

/** The page's program and its style, each as one text. */
export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

/** The first of the page's files. */
const ENTRY = join(import.meta.dir, "page/main.tsx");

/** @throws {AggregateError} If a file of the page does not compile, which is a defect of the project. */
export async function bundlePage(): Promise<PageBundle> {
  const { outputs } = await Bun.build({ entrypoints: [ENTRY], target: "browser", minify: true });
  const textOf = async (ending: string) => {
    const found = outputs.filter(({ path }) => path.endsWith(ending));
    return (await Promise.all(found.map((output) => output.text()))).join("\n");
  };
  return { script: await textOf(".js"), style: await textOf(".css") };
}
