/**
 * Logs a run to Weights & Biases: always to a local log, which `bun run sync` and `wandb sync` can upload,
 * and also live to the server if the run is online. docs/wandb.md lists what is sent and what never is.
 */

import { definePlugin, type Json, UserError } from "../../core/plugin.ts";
import { readClientSettings } from "./access/client-settings.ts";
import { continuation } from "./run/branch.ts";
import { options } from "./run/options.ts";
import { randomId } from "./run/random-id.ts";
import { Session } from "./run/session.ts";
import { resolveSettings } from "./run/settings.ts";
import { remedy, Voice } from "./run/voice.ts";

export default definePlugin({
  name: "wandb",
  order: "post", // what other plugins give to the run in onRunEnd still reaches the log
  options,
  setup(run, chosen) {
    const earlier = earlierRunId(run.state);
    // A run that is logged again later goes on under its id.
    const silence = earlier === null ? {} : { saveState: () => run.state };
    if (chosen.mode === "disabled") return silence;
    const { parent, note } = continuation(run, earlier);
    const { settings, problems, notes } = resolveSettings({
      options: chosen,
      experiment: run.config.experiment,
      runId: parent ? randomId(8) : run.id,
      earlierRunId: parent ? null : earlier,
      parent,
      env: process.env,
      client: readClientSettings(process.env),
      argv: process.argv,
    });
    const voice = new Voice(run.console, settings.silent);
    for (const line of note === null ? notes : [...notes, note]) voice.line(line);
    if (settings.mode === "disabled") return silence;
    if (problems.length > 0) {
      voice.warn(`this run is logged offline until this is mended:\n\n${new UserError(problems).message}\n`);
    }

    let session: Session | null = null;
    return {
      async onRunStart(facts) {
        try {
          session = new Session(run, settings, chosen, facts);
        } catch (error) {
          const { code, message } = error as NodeJS.ErrnoException;
          if (code === undefined) throw error; // a defect, not the disk: the host reports it
          voice.warn(`nothing is logged, the log cannot be created: ${message}. ${remedy(code)}`);
        }
        await session?.goOnline();
      },
      onEpochStart: () => session?.onEpochStart(),
      onGradStep: (event) => session?.onGradStep(event),
      onValidationEnd: (event) => session?.onValidationEnd(event),
      onEpochEnd: (event) => session?.onEpochEnd(event),
      onLog: (event) => session?.onLog(event),
      onArtifact: (event) => session?.onArtifact(event),
      onImage: (event) => session?.onImage(event),
      onCheckpoint: (event) => session?.onCheckpoint(event),
      onRunEnd: (event) => session?.onRunEnd(event),
      saveState: () => session?.saveState() ?? run.state,
    };
  },
});

/** The id under which an earlier process logged this run; null for a fresh run. */
function earlierRunId(state: Json): string | null {
  if (typeof state !== "object" || state === null || !("run_id" in state)) return null;
  return typeof state.run_id === "string" ? state.run_id : null;
}
