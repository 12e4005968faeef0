/** Uploads the files and artifacts of a run one after the other, while its rows travel on their own. */

import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RunConnection } from "./connect-run.ts";
import type { ServerApi } from "./server-api.ts";
import { type LoggedArtifact, uploadArtifact } from "./upload-artifact.ts";
import { LostFileError, type RunFile, uploadRunFiles } from "./upload-files.ts";
import { writeUploadState } from "./upload-state.ts";

/** Files that are made from the log at the end. Records that announce them are ignored. */
const OWN = new Set(["config.yaml", "wandb-summary.json", "wandb-metadata.json", "output.log"]);

/**
 * The life cycle: `file` and `artifact` queue what a log announces; once the lane is open, `flush` begins to
 * upload the queue; `finish` uploads the rest and tries what failed once more. There is nothing to release;
 * `abort` ends requests under way.
 */
export class UploadLane {
  readonly #api: ServerApi;
  #connection: RunConnection | null = null;
  #work: Promise<void> = Promise.resolve();
  /** What the next flush uploads. */
  #files = new Map<string, RunFile>();
  #artifacts: LoggedArtifact[] = [];
  /** What failed, for another attempt at the end. */
  readonly #failedFiles = new Map<string, RunFile>();
  readonly #failedArtifacts: LoggedArtifact[] = [];
  readonly #uploaded = new Set<string>();
  /** Why a file could not be uploaded, by its name, or a version of an artifact, by its client id. */
  readonly #failed = new Map<string, string>();
  /** A line for each file, and each version of an artifact, that nobody can upload any more. */
  readonly #lost: string[] = [];

  constructor(api: ServerApi) {
    this.#api = api;
  }

  /** Call before the first `flush`. */
  open(connection: RunConnection): void {
    this.#connection = connection;
  }

  /** Limits the time without a success: see `HttpClient.endWithin`. */
  endWithin(ms: number, firstContact: number): void {
    this.#api.client.endWithin(ms, firstContact);
  }

  abort(): void {
    this.#api.client.abort();
  }

  /** Queues a run file, named by its path below the `files/` beside the log. */
  file(name: string, log: string): void {
    if (OWN.has(name)) return;
    this.#files.set(name, { name, content: { path: join(dirname(log), "files", name) } });
  }

  /** Queues an artifact. */
  artifact(artifact: LoggedArtifact, log: string): void {
    const entries = artifact.entries.map((entry) => ({
      ...entry,
      localPath: whereItIs(entry.localPath, log),
    }));
    this.#artifacts.push({ ...artifact, entries });
  }

  /** Begins to upload the queue as soon as the uploads before it have ended. */
  flush(): void {
    if (this.#files.size === 0 && this.#artifacts.length === 0) return;
    const files = [...this.#files.values()];
    const artifacts = this.#artifacts;
    this.#files = new Map();
    this.#artifacts = [];
    this.#work = this.#work.then(() => this.#upload(files, artifacts));
  }

  /**
   * Uploads the rest of the queue, then what failed before together with `own`.
   *
   * @param own The files that are made from the log.
   * @returns The names of all files that this lane uploaded; a line for each file or artifact that failed and
   *   may be tried again; a line for each whose files are gone or no longer what was logged.
   */
  async finish(own: readonly RunFile[]): Promise<{ uploaded: string[]; failed: string[]; lost: string[] }> {
    this.flush();
    await this.#work;
    this.#files = new Map([...this.#failedFiles.values(), ...own].map((file) => [file.name, file]));
    this.#artifacts = this.#failedArtifacts.splice(0);
    this.flush();
    await this.#work;
    return { uploaded: [...this.#uploaded], failed: [...this.#failed.values()], lost: this.#lost };
  }

  /** Never rejects: what fails is kept with the reason. */
  async #upload(files: readonly RunFile[], artifacts: readonly LoggedArtifact[]): Promise<void> {
    const { bucket, runId, state, logPath } = this.#connection!;
    if (files.length > 0) {
      const failed = await uploadRunFiles(this.#api, bucket, runId, files, state.files);
      for (const file of files) {
        const error = failed.get(file.name);
        this.#failed.delete(file.name);
        this.#failedFiles.delete(file.name);
        if (error === undefined) this.#uploaded.add(file.name);
        else if (error instanceof LostFileError) this.#lost.push(`${file.name}: ${error.message}`);
        else {
          this.#failed.set(file.name, `${file.name}: ${error.message}`);
          this.#failedFiles.set(file.name, file);
        }
      }
    }
    for (const artifact of artifacts) {
      if (state.artifacts.includes(artifact.clientId)) continue;
      try {
        await uploadArtifact(this.#api, bucket, runId, artifact);
        state.artifacts.push(artifact.clientId);
        this.#failed.delete(artifact.clientId);
      } catch (error) {
        const line = `artifact ${artifact.name}: ${(error as Error).message}`;
        if (error instanceof LostFileError) {
          this.#lost.push(line);
          continue;
        }
        this.#failed.set(artifact.clientId, line);
        this.#failedArtifacts.push(artifact);
      }
    }
    writeUploadState(logPath, state);
  }
}

/**
 * The path of a staged file. If the run's folder was moved, the recorded path is wrong and its place beside
 * the log holds.
 */
function whereItIs(recorded: string, log: string): string {
  if (existsSync(recorded)) return recorded;
  const folder = dirname(log);
  const inside = recorded
    .replaceAll("\\", "/")
    .split(`/${basename(folder)}/`)
    .at(-1)!;
  return join(folder, inside);
}
