/**
 * A predicting thread that crashes on files called `crash`, ends on `exit`, never answers on `hang`, else
 * asks the network. A name with `large` waits for its turn first.
 */

import type { FromThread, ToThread } from "../../core/prediction/predict-messages.ts";

declare const self: Worker;

let path = "";
const tell = (message: FromThread) => self.postMessage(message);

self.onmessage = ({ data }: MessageEvent<ToThread>) => {
  if (data.kind === "detected" || data.kind === "undetected") {
    const problems = data.kind === "undetected" ? data.problems : [];
    if (problems.length > 0) tell({ kind: "done", outcome: { kind: "failed", problems } });
    else tell({ kind: "done", outcome: { kind: "found", sheets: [], notes: [], problems: [] } });
    return;
  }
  if (data.kind === "predict") {
    path = data.task.path;
    if (path.includes("large")) {
      tell({ kind: "turn" });
      return;
    }
  }
  if (path.includes("hang")) return;
  if (path.includes("exit")) process.exit(3);
  if (path.includes("crash")) {
    setTimeout(() => {
      throw new Error("out of luck");
    });
    return;
  }
  const grid = { height: 1, width: 1, vectors: new Uint32Array(3), cells: new Uint16Array(1) };
  tell({ kind: "detect", sheets: [{ grid, label: path }] });
};
