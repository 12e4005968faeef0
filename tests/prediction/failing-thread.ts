/**
 * A predicting thread that crashes on files called `crash`, ends on `exit`, never answers on `hang`, else
 * asks the network: twice, the second time late, if the name has `twice`; with shared bytes, once the first
 * of them is set. A name with `large` waits for its turn first, and keeps it if the name has `keeps`.
 */

import type { FromThread, ToThread } from "../../core/prediction/predict-messages.ts";

declare const self: Worker;

let path = "";
let asked = 0;
let gate: Uint8Array | null = null;
const tell = (message: FromThread) => self.postMessage(message);

self.onmessage = ({ data }: MessageEvent<ToThread>) => {
  if (data.kind === "detected" || data.kind === "undetected") {
    if (path.includes("twice") && asked < 2) {
      if (gate === null) setTimeout(ask, 50);
      else askOnceOpen(gate);
      return;
    }
    const problems = data.kind === "undetected" ? data.problems : [];
    if (problems.length > 0) tell({ kind: "done", outcome: { kind: "failed", problems } });
    else tell({ kind: "done", outcome: { kind: "found", sheets: [], notes: [], problems: [] } });
    return;
  }
  if (data.kind === "predict") {
    path = data.task.path;
    gate = data.task.bytes;
    asked = 0;
    if (path.includes("large")) {
      tell({ kind: "turn", keeps: path.includes("keeps") });
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
  ask();
};

function askOnceOpen(bytes: Uint8Array): void {
  if (Atomics.load(bytes, 0) === 1) ask();
  else setTimeout(askOnceOpen, 1, bytes);
}

function ask(): void {
  asked++;
  const grid = { height: 1, width: 1, vectors: new Uint32Array(4), cells: new Uint16Array(1) };
  tell({ kind: "detect", sheets: [{ grid, label: path }] });
}
