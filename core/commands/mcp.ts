/** `bun run mcp [folder…]`: lets language models read the tables of workbooks, over the standard streams. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExitCode } from "../base/problem.ts";
import { PROJECT_ROOT } from "../base/project-root.ts";
import { errorText, runMain } from "../console/command.ts";
import { stopOnSignals } from "../console/stop-signals.ts";
import type { TableDetector } from "../library/library-types.ts";
import { openDetector } from "../library/open-detector.ts";
import { allowedFolders } from "../mcp/allowed-path.ts";
import { addTools } from "../mcp/mcp-server.ts";
import { bringPackage } from "../packages/bring-package.ts";
import { defineDataCommand, wholeNumber } from "./define-data-command.ts";
import { DETECTOR_ARGUMENTS, detectorOptions } from "./kept-detector.ts";

const SDK = "@modelcontextprotocol/server";

type Sdk = typeof import("@modelcontextprotocol/server");
type StdioSdk = typeof import("@modelcontextprotocol/server/stdio");

export const mcp = defineDataCommand({
  name: "mcp",
  description: "Let language models list and read the tables of workbooks (Model Context Protocol)",
  args: {
    folders: {
      type: "positional",
      required: false,
      valueHint: "folder…",
      description: "Folders whose workbooks may be read (the current one)",
    },
    ...DETECTOR_ARGUMENTS,
    "max-tokens": {
      type: "string",
      valueHint: "number",
      description: "Most tokens that a model may ask for in one answer (16000)",
    },
  },
  sections: [],
  async run(args): Promise<ExitCode> {
    const folders = allowedFolders(args._.length > 0 ? args._ : ["."]);
    const mostTokens = wholeNumber("max-tokens", args["max-tokens"], 200, 1_000_000) ?? 16_000;
    const options = detectorOptions(args);
    const say = (line: string) => process.stderr.write(`${line}\n`); // standard output is the protocol's
    const manifest = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as Manifest;
    const folder = await bringPackage(SDK, manifest.peerDependencies[SDK], { say });
    const { McpServer } = (await import(Bun.resolveSync(SDK, folder))) as Sdk;
    const { serveStdio } = (await import(Bun.resolveSync(`${SDK}/stdio`, folder))) as StdioSdk;
    const opened: { detector?: Promise<TableDetector> } = {};
    const detector = () => {
      opened.detector ??= openDetector({ ...options, onWarning: say }).catch((error) => {
        delete opened.detector; // the next call tries again: the weights may be there by then
        throw error;
      });
      return opened.detector;
    };
    const stop = new AbortController();
    const removeHandlers = stopOnSignals(stop, () => {});
    const ended = Promise.withResolvers<void>();
    process.stdin.on("end", ended.resolve).on("close", ended.resolve);
    stop.signal.addEventListener("abort", () => ended.resolve(), { once: true });
    const connection = serveStdio(
      () => {
        const server = new McpServer({ name: "tablesense2", version: manifest.version });
        addTools(server, { detector, folders, mostTokens, onDefect: (error) => say(errorText(error)) });
        return server;
      },
      { onerror: (error) => say(error.message) },
    );
    await ended.promise;
    await connection.close();
    await opened.detector?.then(
      (each) => each.close(),
      () => {}, // the model was told
    );
    removeHandlers();
    return 0;
  },
});

interface Manifest {
  readonly version: string;
  readonly peerDependencies: { readonly [SDK]: string };
}

if (import.meta.main) await runMain(mcp, process.argv.slice(2));
