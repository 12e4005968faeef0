/** Writes what a run logs into event files that TensorBoard reads: numbers, histograms, texts and images. */

import { join } from "node:path";
import { AXES, boolean, definePlugin, integer, METRIC_PREFIXES, SURFACE_VERSION } from "../../core/plugin.ts";
import { EventFile } from "./event-file.ts";
import type { Value } from "./event-message.ts";
import { histogramOf } from "./histogram.ts";
import { pngSize } from "./png-size.ts";

/** The folder of the event files in the run's folder. */
const FOLDER = "tensorboard";

export default definePlugin({
  name: "tensorboard",
  surface: SURFACE_VERSION,
  options: {
    histograms: integer({
      default: 100,
      min: 1,
      words: ["never"],
      unit: "gradient steps",
      help: "Write histograms of the gradients this often",
    }),
    images: boolean({ default: true, help: "Write the images that plugins give to the run" }),
  },
  setup(run, { histograms, images }) {
    let file: EventFile | null = null;
    let values: Value[] = [];
    let imagesOfStep = new Map<string, number>();
    const axes: readonly string[] = AXES;
    const write = (step: number) => {
      if (values.length > 0) file?.add(Date.now(), step, { kind: "values", values });
      values = [];
      imagesOfStep = new Map();
      file?.flush();
    };
    return {
      onRunStart({ step, architecture }) {
        file = EventFile.create(join(run.folder, FOLDER), Date.now());
        // A process that was killed may have written steps behind the checkpoint that this one goes on from.
        if (run.resumed !== null) file.add(Date.now(), step + 1, { kind: "restart" });
        const config = JSON.stringify(run.config, null, 2);
        values.push({ kind: "text", tag: "configuration", markdown: codeBlock(config, "json") });
        values.push({ kind: "text", tag: "architecture", markdown: codeBlock(architecture) });
        write(step + 1);
      },
      onGradStep({ step, gradients }) {
        if (histograms === "never" || step % histograms !== 0) return;
        for (const [name, gradient] of gradients()) {
          const histogram = histogramOf(gradient);
          if (histogram) values.push({ kind: "histogram", tag: METRIC_PREFIXES.gradients + name, histogram });
        }
      },
      onImage({ name, png }) {
        if (!images) return;
        const size = pngSize(png);
        if (size === null) throw new TypeError(`the image ${name} is no PNG file`);
        const count = (imagesOfStep.get(name) ?? 0) + 1;
        imagesOfStep.set(name, count);
        // TensorBoard keeps one image of a name per step.
        values.push({
          kind: "image",
          tag: count === 1 ? name : `${name}/${count}`,
          png: png.slice(),
          ...size,
        });
      },
      onLog({ step, row }) {
        for (const [tag, value] of Object.entries(row)) {
          if (!axes.includes(tag)) values.push({ kind: "scalar", tag, value });
        }
        write(step);
      },
      onRunEnd({ step, status, reason }) {
        const why = reason === undefined ? "" : `: ${reason}`;
        values.push({ kind: "text", tag: "end of the run", markdown: `${status}${why}` });
        write(step);
        file?.close();
        file = null;
      },
    };
  },
});

function codeBlock(text: string, language = ""): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}
