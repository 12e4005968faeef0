/** The buttons that act on a running training. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type ControlRequest, type Done, PATHS, type RunRow } from "../../api.ts";
import { usePage } from "../parts/page-context.ts";

const SAID: Readonly<Record<ControlRequest["action"], string>> = {
  checkpoint: "The training saves a checkpoint after its current step.",
  stop: "The training stops after this epoch.",
};

export function RunControl({ run }: { readonly run: RunRow }): JSX.Element | null {
  const { source, say } = usePage();
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  if (run.status !== "running" || !source.isLive) return null;
  const ask = async (action: ControlRequest["action"]) => {
    try {
      const request: ControlRequest = { action };
      await source.send<Done>("POST", PATHS.control(run.id), request);
      if (action === "stop") setAsked(new Set([...asked, run.id]));
      say(SAID[action]);
    } catch (error) {
      say((error as Error).message, true);
    }
  };
  const isStopping = asked.has(run.id);
  return (
    <p class="tools">
      <button type="button" onClick={() => void ask("checkpoint")}>
        Save a checkpoint
      </button>
      <button type="button" class="danger" disabled={isStopping} onClick={() => void ask("stop")}>
        {isStopping ? "Stops after this epoch" : "Stop after this epoch"}
      </button>
    </p>
  );
}
