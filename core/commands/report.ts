/** `bun run report <run …>`: the page of runs as one file that opens from the disk. */

import { dirname, join } from "node:path";
import { defineCommand } from "citty";
import type { ExitCode } from "../base/problem.ts";
import { runsFolder } from "../base/project-root.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { runMain } from "../console/command.ts";
import { InputFiles } from "../files/input-files.ts";
import { OVERWRITE_ARGUMENT, outputPlace } from "../files/output-place.ts";
import { PAGE_RULES } from "../files/own-page.ts";
import { writeOutput } from "../files/write-output.ts";
import { writtenLine } from "../files/written-line.ts";
import { namedRuns } from "../runs/named-runs.ts";
import { openRuns } from "../runs/open-run.ts";
import { collectReport } from "../view/collect-report.ts";
import { bundlePage } from "../view/page-bundle.ts";
import { reportPage } from "../view/report-page.ts";

/** The report's name in the folder of its run. */
const FILE = "report.html";

const report = defineCommand({
  meta: { name: "report", description: "Write runs as one page that opens without the viewer" },
  args: {
    runs: {
      type: "positional",
      required: true,
      valueHint: "run …",
      description: "Folders of runs, their names, or latest",
    },
    folder: {
      type: "string",
      valueHint: "folder",
      description: "The folder of the runs that a name or latest is one of (runs/ of the project)",
    },
    output: {
      type: "string",
      valueHint: "file",
      description: `Where to write the page (${FILE} in the folder of the first run)`,
    },
    overwrite: OVERWRITE_ARGUMENT,
  },
  async run({ args }): Promise<ExitCode> {
    const folders = namedRuns(args._, args.folder ?? runsFolder());
    const sources = folders.flatMap((folder) => Object.values(RUN_FILES).map((name) => join(folder, name)));
    const place = outputPlace(args.output ?? join(folders[0]!, FILE), {
      ...PAGE_RULES,
      what: "the report",
      another: "--output another file",
      inputs: new InputFiles().add("file of a run", sources),
      overwrite: args.overwrite === true,
    });
    const runs = openRuns(folders);
    const [collected, bundle] = await Promise.all([collectReport(runs, dirname(folders[0]!)), bundlePage()]);
    const title = runs.length === 1 ? runs[0]!.id : `${runs.length} runs`;
    const pieces = reportPage(`${title} · report`, bundle, collected);
    const fix = "name another file with --output";
    const said = place.kind === "file" ? `${writtenLine(place.path)}\n` : "";
    writeOutput(place, pieces, { message: "Cannot write the report", fix });
    process.stderr.write(said);
    for (const sentence of collected.leftOut) process.stderr.write(`left out: ${sentence}\n`);
    return 0;
  },
});

await runMain(report, process.argv.slice(2));
