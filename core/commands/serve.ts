/** `bun run serve`: finds the tables of workbooks for other programs, over HTTP. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExitCode } from "../base/problem.ts";
import { PROJECT_ROOT } from "../base/project-root.ts";
import { errorText, runMain } from "../console/command.ts";
import { StderrConsole } from "../console/stderr-console.ts";
import { stopOnSignals } from "../console/stop-signals.ts";
import { openDetector } from "../library/open-detector.ts";
import { isLoopback, startTableServer } from "../server/table-server.ts";
import { defineDataCommand, wholeNumber } from "./define-data-command.ts";
import { DETECTOR_ARGUMENTS, detectorOptions } from "./kept-detector.ts";

const USUAL_PORT = 7437;

export const serve = defineDataCommand({
  name: "serve",
  description: "Find the tables of workbooks for other programs, over HTTP",
  args: {
    ...DETECTOR_ARGUMENTS,
    host: {
      type: "string",
      valueHint: "address",
      description: "Address to listen on (127.0.0.1, which only this machine reaches)",
    },
    port: { type: "string", valueHint: "number", description: `Port; 0 takes a free one (${USUAL_PORT})` },
    concurrency: {
      type: "string",
      valueHint: "number",
      description: "Workbooks that are read at once (one per core)",
    },
    "most-requests": {
      type: "string",
      valueHint: "number",
      description: "Requests at once, the waiting ones included; further ones are refused (64)",
    },
    "max-size": { type: "string", valueHint: "MB", description: "Largest workbook (64)" },
    timeout: {
      type: "string",
      valueHint: "seconds",
      description: "Longest time of an upload, and after it of its workbook (60)",
    },
  },
  sections: [],
  async run(args): Promise<ExitCode> {
    const port = wholeNumber("port", args.port, 0, 65535) ?? USUAL_PORT;
    const threads = wholeNumber("concurrency", args.concurrency, 1, 1024);
    const mostRequests = wholeNumber("most-requests", args["most-requests"], 1) ?? 64;
    const maxBytes = (wholeNumber("max-size", args["max-size"], 1, 4096) ?? 64) * 1e6;
    const timeLimit = (wholeNumber("timeout", args.timeout, 1, 86_400) ?? 60) * 1000;
    const host = args.host ?? "127.0.0.1";
    const options = detectorOptions(args);
    const console = new StderrConsole();
    const stop = new AbortController();
    const removeHandlers = stopOnSignals(stop, () => console.line("stopping once all requests are answered"));
    try {
      await using detector = await openDetector({
        ...options,
        threads,
        timeLimit,
        signal: stop.signal,
        onWarning: (text) => console.warn(text),
      });
      await using server = startTableServer({
        detector,
        host,
        port,
        maxBytes,
        uploadLimit: timeLimit,
        workLimit: timeLimit,
        mostRequests,
        version: version(),
        log: (line) => console.line(line),
        onDefect: (error) => console.warn(errorText(error)),
      });
      process.on("exit", server.removeUploads); // a second signal ends the process at once
      console.result(`${server.address}\n`);
      const device = detector.device === null ? "" : `, ${detector.device}`;
      console.line(`finding tables: mode ${detector.mode}${device}`);
      if (!isLoopback(host)) console.warn("note: other machines may reach it, and it asks for no password");
      await aborted(stop.signal);
      await server.stop();
      return 0;
    } catch (error) {
      if (error === stop.signal.reason) return 130; // before it listened
      throw error;
    } finally {
      removeHandlers();
    }
  },
});

function version(): string {
  return (JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as { version: string })
    .version;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

if (import.meta.main) await runMain(serve, process.argv.slice(2));
