/** A plugin for trainings in tests: it keeps the rows that are logged and stops the run at a given step. */

/**
 * Its source, to be written into a project as `stopper.ts`. Environment variables say what it does:
 * - ROWS: the file to which every row is appended, by default rows.jsonl, without the metrics of the system,
 *   which differ from run to run;
 * - STOP_AT: the step after which this process gets a signal;
 * - STOP_SIGNAL: which signal, by default SIGINT;
 * - STOP_MOMENTS: when signals come, in ms by the plugin's own clock, by default "0": one signal. The run's
 *   clock stands still between them, so that a busy machine changes nothing.
 */
export const STOPPER = `
import { appendFileSync } from "node:fs";
const { ROWS = "rows.jsonl", STOP_AT, STOP_SIGNAL = "SIGINT", STOP_MOMENTS = "0" } = process.env;
const own = (name) => !name.startsWith("system/");
export default {
  name: "stopper",
  setup: () => ({
    onLog({ row }) {
      const kept = Object.fromEntries(Object.entries(row).filter(([name]) => own(name)));
      appendFileSync(ROWS, JSON.stringify(kept) + "\\n");
    },
    async onGradStep({ step }) {
      if (String(step) !== STOP_AT) return;
      const clock = performance.now;
      const begin = performance.now();
      for (const moment of STOP_MOMENTS.split(" ")) {
        performance.now = () => begin + Number(moment);
        const received = new Promise((resolve) => process.once(STOP_SIGNAL, resolve));
        process.kill(process.pid, STOP_SIGNAL);
        await received; // after the run's own handler, which listens since before
      }
      performance.now = clock;
    },
  }),
};
`;
