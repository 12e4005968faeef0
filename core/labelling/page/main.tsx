/** Starts the page of `bun run label`. */

import { render } from "preact";
import { applyTheme, storedTheme } from "../../view/page/parts/theme.ts";
import { App } from "./app.tsx";
import { LabelApi } from "./state/label-api.ts";
import { Workbench } from "./state/workbench.ts";

applyTheme(storedTheme());
const bench = new Workbench(new LabelApi(), window);
const host = document.getElementById("app")!;
host.replaceChildren();
render(<App bench={bench} />, host);
await bench.start();
