/** Starts the page. */

import { render } from "preact";
import { App } from "./app.tsx";
import { CurveLoader } from "./data/curve-loader.ts";
import { RunsModel } from "./data/runs-model.ts";
import { sourceOf } from "./data/source.ts";
import { Hover } from "./parts/hover.ts";
import { applyTheme, storedTheme } from "./parts/theme.ts";
import { Store } from "./state/store.ts";

applyTheme(storedTheme());
const source = sourceOf(document);
const page = {
  store: new Store(window),
  runs: new RunsModel(source),
  source,
  curves: new CurveLoader(source),
  hover: new Hover(),
};
render(<App page={page} />, document.getElementById("app")!);
void page.runs.start();
