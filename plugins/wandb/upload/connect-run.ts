/** Creates the run of a log on the server, or finds it there. */

import { create } from "@bufbuild/protobuf";
import { RecordSchema, type RunRecord } from "../log/records_pb.ts";
import { findRunRecord } from "../log/run-logs.ts";
import { parseExtendedJson } from "./extended-json.ts";
import type { LineCounts } from "./file-stream.ts";
import { type FirstLines, firstLines, heldLines } from "./first-lines.ts";
import { RunMirror } from "./run-mirror.ts";
import type { Bucket, RunFields, ServerApi } from "./server-api.ts";
import { ServerError, webUrl } from "./server-error.ts";
import { readUploadState, type UploadState, writeUploadState } from "./upload-state.ts";

/** A run that is on the server. */
export interface RunConnection {
  readonly api: ServerApi;
  readonly bucket: Bucket;
  readonly runId: string;
  /** The address of the run's page. */
  readonly url: string;
  /** The path of the run's file_stream on the server. */
  readonly path: string;
  /** The run's first log: the state is kept beside it. */
  readonly logPath: string;
  readonly state: UploadState;
  /** How many lines the server held when the connection was made. */
  readonly held: LineCounts;
  /** The summary of processes whose logs are not on this machine; null if there are none. */
  readonly earlierSummary: Record<string, unknown> | null;
  /** Sends the config, and the description if it differs from the one sent before. */
  update(description: RunDescription | null, config: string): Promise<void>;
}

/** The part of an upload's task that concerns the connection: see `UploadTask`. */
export interface ConnectOptions {
  readonly baseUrl: string;
  readonly entity: string | null;
  readonly project: string | null;
  readonly resume: "allow" | "must" | "never" | null;
  readonly logs: readonly string[];
  readonly live: boolean;
}

/** What a run record says of a run, except for its config. */
export type RunDescription = Omit<RunFields, "id" | "name" | "entity" | "project" | "config">;

/**
 * Reads the run record of the last log, looks for the run on the server and creates it if it is not there.
 *
 * @param pause Awaited before a growing log without a run record is looked at again.
 * @returns null if the log holds no run record.
 * @throws {ServerError} Also if the server has another run of this id.
 */
export async function connectRun(
  options: ConnectOptions,
  api: ServerApi,
  pause: () => Promise<void>,
): Promise<RunConnection | null> {
  const run = await runRecordOf(options, pause);
  if (!run) return null;
  const logPath = options.logs[0]!;
  const viewer = await api.viewer();
  const entity = run.entity || options.entity || viewer.entity || null;
  const project = run.project || options.project || "uncategorized";
  const status = await api.resumeStatus(project, entity, run.runId);
  const target = `${options.baseUrl}/${entity ?? ""}/${project}/${run.runId}`;
  const remembered = readUploadState(logPath, target);
  const { first, shift, relation } = firstLines(status, remembered, options.logs);
  checkResume(options.resume, status !== null, relation, run);

  const description = describeRun(run, null);
  const fields = { id: null, name: run.runId, project, entity };
  let bucket: Bucket;
  try {
    bucket = await api.upsertRun({ ...fields, ...description, config: configOf(run) });
  } catch (error) {
    throw explain(error, entity, viewer);
  }
  // A run that was deleted on the server has lost its files and artifacts too.
  const { files, artifacts } = (status !== null && remembered) || { files: {}, artifacts: [] };
  const state: UploadState = { target, first, shift, files, artifacts };
  writeUploadState(logPath, state);

  const segments = [bucket.entity, bucket.project, run.runId].map(encodeURIComponent);
  let sent = JSON.stringify(description);
  return {
    api,
    bucket,
    runId: run.runId,
    url: `${webUrl(options.baseUrl)}/${segments[0]}/${segments[1]}/runs/${segments[2]}`,
    path: `/files/${segments.join("/")}/file_stream`,
    logPath,
    state,
    held: heldLines(status),
    earlierSummary: first.history > 0 ? parseSummary(status?.summaryMetrics) : null,
    async update(next, config) {
      // Only what changed in the log is sent: a run that was renamed on its page keeps its new name.
      const changed = next !== null && JSON.stringify(next) !== sent;
      await api.upsertRun({ ...fields, ...(changed ? next : UNCHANGED), entity: bucket.entity, config });
      if (changed) sent = JSON.stringify(next);
    },
  };
}

/** How often a growing log is looked at again for its run record. */
const LOOKS = 60;

async function runRecordOf(
  { logs, live }: ConnectOptions,
  pause: () => Promise<void>,
): Promise<RunRecord | null> {
  const last = logs.at(-1)!;
  let run = findRunRecord(last);
  for (let look = 0; !run && live && look < LOOKS; look++) {
    await pause();
    run = findRunRecord(last);
  }
  return run;
}

/** The config of a run record, in the server's form. */
function configOf(run: RunRecord): string {
  const mirror = new RunMirror();
  mirror.fold(create(RecordSchema, { recordType: { case: "run", value: run } }));
  return mirror.configJson();
}

function parseSummary(json = "{}"): Record<string, unknown> | null {
  try {
    return parseExtendedJson(json) as Record<string, unknown>;
  } catch {
    return null;
  }
}

const UNCHANGED: RunDescription = {
  groupName: null,
  displayName: null,
  notes: null,
  commit: null,
  host: null,
  program: null,
  repo: null,
  jobType: null,
  sweep: null,
  tags: null,
};

/** @param program The program that trains, from the environment record; null if it is not known. */
export function describeRun(run: RunRecord, program: string | null): RunDescription {
  return {
    groupName: run.runGroup || null,
    displayName: run.displayName || null,
    notes: run.notes || null,
    commit: run.git?.commit || null,
    host: run.host || null,
    program,
    repo: run.git?.remoteUrl || null,
    jobType: run.jobType || null,
    sweep: run.sweepId || null,
    tags: run.tags.length > 0 ? run.tags : null,
  };
}

/**
 * Makes sure that the upload may go on with the run on the server: two runs of one id would overwrite each
 * other's rows.
 *
 * @throws {ServerError} If the server has a run that is not this one, or lacks a run that `resume` demands.
 */
function checkResume(
  resume: ConnectOptions["resume"],
  exists: boolean,
  relation: FirstLines["relation"],
  { runId, resumed }: RunRecord,
): void {
  const isThisRun = relation === "remembered" || relation === "matched" || (relation === "before" && resumed);
  const refuse = (message: string) => {
    throw new ServerError("refused", message);
  };
  if (resume === "must" && !exists) {
    refuse(`the server has no run ${runId} to go on with, and WANDB_RESUME is must`);
  }
  if (relation === "empty" || isThisRun) return;
  if (resume === "never") refuse(`the server has a run ${runId} already, and WANDB_RESUME is never`);
  if (resume === null) {
    refuse(
      `the server has another run ${runId}. Set WANDB_RUN_ID to an id of its own, or WANDB_RESUME=allow to go on with that run`,
    );
  }
}

/** Adds the entities of the key to the error of a refused creation, if the entity is none of them. */
function explain(
  error: unknown,
  entity: string | null,
  viewer: { entity: string; teams: string[] },
): unknown {
  if (!(error instanceof ServerError) || error.kind !== "refused") return error;
  const choices = [...new Set([viewer.entity, ...viewer.teams])].filter(Boolean);
  if (entity === null || choices.includes(entity)) return error;
  const message = `${error.message}. Is "${entity}" the right entity? The key's are ${choices.join(", ")}: set plugins.wandb.entity`;
  return new ServerError("refused", message, error.status, error);
}
