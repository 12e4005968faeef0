/** Starts the page. */

import { render } from "preact";
import { App } from "./app.tsx";
import { CurveLoader } from "./data/curve-loader.ts";
import { RunsModel } from "./data/runs-model.ts";
import { sourceOf } from "./data/source.ts";
import { Hover } from "./parts/hover.ts";
import { applyTheme, storedTheme } from "./parts/theme.ts";
import { Store } from "./state/store.ts";

/** More lines than this, and a chart is a tangle: the reader chooses. */
const MOST_CHOSEN = 20;

applyTheme(storedTheme());
const source = sourceOf(document);
const page = {
  store: new Store(window),
  runs: new RunsModel(source),
  source,
  curves: new CurveLoader(source),
  hover: new Hover(),
};
// in every view: curves that were loaded in one are shown again when the reader comes back to it
page.runs.onRows((id) => page.curves.outdate(id));
const host = document.getElementById("app")!;
host.replaceChildren();
render(<App page={page} />, host);
await page.runs.start();
// a report without a place in its address begins with what it is about
if (!source.isLive && location.hash === "") {
  page.store.set({ view: "curves", run: [...page.runs.rows.keys()].slice(0, MOST_CHOSEN) });
}
