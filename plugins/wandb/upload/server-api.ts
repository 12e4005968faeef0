/** The GraphQL operations of W&B's server for runs and their files, with the server's names of fields. */

import { BYTES_PER_MS, type HttpClient, type RequestBody, type RequestOptions } from "./http-client.ts";
import type { Pace } from "./pace.ts";
import { refusal, ServerError } from "./server-error.ts";

/** How many attempts to make for a file: as many as W&B's client. */
const FILE_ATTEMPTS = 20;
/** The fields of a run. In an update, null leaves a field as it is. */
export interface RunFields {
  readonly id: string | null;
  /** The run id. */
  readonly name: string;
  readonly project: string | null;
  readonly entity: string | null;
  readonly groupName: string | null;
  readonly displayName: string | null;
  readonly notes: string | null;
  readonly commit: string | null;
  /** JSON in which every top-level value is wrapped in `{"value": …}`. */
  readonly config: string | null;
  readonly host: string | null;
  readonly program: string | null;
  readonly repo: string | null;
  readonly jobType: string | null;
  readonly sweep: string | null;
  readonly tags: readonly string[] | null;
}

/** A run on the server. */
export interface Bucket {
  readonly id: string;
  readonly displayName: string;
  readonly entity: string;
  readonly project: string;
}

/**
 * What the server holds of a run: the number of lines of each streamed file, the last lines, the summary.
 */
export interface ResumeStatus {
  readonly historyLineCount: number;
  readonly eventsLineCount: number;
  readonly logLineCount: number;
  /** The last rows, each as JSON. */
  readonly historyTail: readonly string[];
  /** The last samples of the machine's load, each as JSON. */
  readonly eventsTail: readonly string[];
  readonly summaryMetrics: string;
}

/** Where a file has to be put. */
export interface FileTarget {
  readonly name: string;
  /** Null if the server already has the file. */
  readonly url: string | null;
  readonly headers: Record<string, string>;
}

export class ServerApi {
  readonly client: HttpClient;
  readonly #limits: RequestOptions;
  readonly #fileAnswer: number;

  constructor(client: HttpClient, { graphqlAnswer, fileAnswer }: Pick<Pace, "graphqlAnswer" | "fileAnswer">) {
    this.client = client;
    this.#limits = { timeLimit: graphqlAnswer };
    this.#fileAnswer = fileAnswer;
  }

  /**
   * Puts a file at its target; does nothing if the server already has it. A server with a storage of its own
   * gives out addresses without a host.
   *
   * @throws {ServerError}
   */
  async put({ url, headers }: FileTarget, body: () => RequestBody, size: number): Promise<void> {
    if (url === null) return;
    const timeLimit = this.#fileAnswer + size / BYTES_PER_MS;
    const address = url.startsWith("/") ? this.client.baseUrl + url : url;
    await this.client.put(address, body, size, headers, { timeLimit, attempts: FILE_ATTEMPTS });
  }

  /**
   * The default entity of the key, empty if there is none, and the teams of its user. @throws {ServerError}
   */
  async viewer(): Promise<{ entity: string; teams: string[] }> {
    const { viewer } = await this.ask<{ viewer: Viewer | null }>(
      "Viewer",
      "query Viewer { viewer { entity teams { edges { node { name } } } } }",
      {},
      { ...this.#limits, isFirst: true },
    );
    // For an unknown key, the server may answer with null.
    if (!viewer) throw refusal(401, "", this.client.baseUrl);
    return { entity: viewer.entity ?? "", teams: (viewer.teams?.edges ?? []).map(({ node }) => node.name) };
  }

  /** What the server holds of a run; null if it has no such run. @throws {ServerError} */
  async resumeStatus(project: string, entity: string | null, runId: string): Promise<ResumeStatus | null> {
    const { model } = await this.ask<{ model: { bucket: RawStatus | null } | null }>(
      "RunResumeStatus",
      `query RunResumeStatus($project: String, $entity: String, $run: String!) {
        model(name: $project, entityName: $entity) {
          bucket(name: $run, missingOk: true) {
            historyLineCount eventsLineCount logLineCount historyTail eventsTail summaryMetrics
          }
        }
      }`,
      { project, entity, run: runId },
    );
    const bucket = model?.bucket;
    if (!bucket) return null;
    return {
      historyLineCount: bucket.historyLineCount ?? 0,
      eventsLineCount: bucket.eventsLineCount ?? 0,
      logLineCount: bucket.logLineCount ?? 0,
      historyTail: lines(bucket.historyTail),
      eventsTail: lines(bucket.eventsTail),
      summaryMetrics: bucket.summaryMetrics ?? "{}",
    };
  }

  /** Creates a run, or changes the fields that are not null. @throws {ServerError} */
  async upsertRun(fields: RunFields): Promise<Bucket> {
    const { upsertBucket } = await this.ask<{ upsertBucket: { bucket: RawBucket } | null }>(
      "UpsertBucket",
      `mutation UpsertBucket($id: String, $name: String, $project: String, $entity: String, $groupName: String,
          $displayName: String, $notes: String, $commit: String, $config: JSONString, $host: String,
          $program: String, $repo: String, $jobType: String, $sweep: String, $tags: [String!]) {
        upsertBucket(input: {id: $id, name: $name, modelName: $project, entityName: $entity, groupName: $groupName,
            displayName: $displayName, notes: $notes, commit: $commit, config: $config, host: $host,
            jobProgram: $program, jobRepo: $repo, jobType: $jobType, sweep: $sweep, tags: $tags}) {
          bucket { id displayName project { name entity { name } } }
        }
      }`,
      fields,
      { ...this.#limits, alsoRetry: [409] },
    );
    const bucket = upsertBucket?.bucket;
    if (!bucket) throw new ServerError("refused", `${this.client.baseUrl} did not create the run`);
    const { name: project, entity } = bucket.project;
    return { id: bucket.id, displayName: bucket.displayName ?? fields.name, project, entity: entity.name };
  }

  /** Asks where to put files of a run. @throws {ServerError} */
  async runFileTargets(bucket: Bucket, runId: string, names: readonly string[]): Promise<FileTarget[]> {
    const { createRunFiles } = await this.ask<{ createRunFiles: RawRunFiles }>(
      "CreateRunFiles",
      `mutation CreateRunFiles($entity: String!, $project: String!, $run: String!, $files: [String!]!) {
        createRunFiles(input: {entityName: $entity, projectName: $project, runName: $run, files: $files}) {
          uploadHeaders files { name uploadUrl }
        }
      }`,
      { entity: bucket.entity, project: bucket.project, run: runId, files: names },
    );
    const headers = headersOf(createRunFiles.uploadHeaders);
    return createRunFiles.files.map(({ name, uploadUrl }) => ({ name, url: uploadUrl, headers }));
  }

  /**
   * Asks the server for an operation.
   *
   * @returns The answer's data.
   * @throws {ServerError} Also for the errors that GraphQL reports with status 200.
   */
  async ask<T>(operationName: string, query: string, variables: object, options = this.#limits): Promise<T> {
    const answer = await this.client.post("/graphql", { query, variables, operationName }, options);
    const { data, errors } = (answer ?? {}) as { data?: T; errors?: { message: string }[] };
    if (errors?.length || !data) {
      // GraphQL reports errors with status 200. JSON without data comes from something else than a W&B
      // server.
      const said = errors?.map(({ message }) => message).join("; ") ?? "an answer without data";
      throw new ServerError("refused", `${this.client.baseUrl} refuses ${operationName}: ${said}`, 200);
    }
    return data;
  }
}

interface Viewer {
  entity?: string;
  teams?: { edges: { node: { name: string } }[] };
}
interface RawStatus {
  historyLineCount?: number;
  eventsLineCount?: number;
  logLineCount?: number;
  historyTail?: string;
  eventsTail?: string;
  summaryMetrics?: string;
}
interface RawBucket {
  id: string;
  displayName?: string;
  project: { name: string; entity: { name: string } };
}
interface RawRunFiles {
  uploadHeaders: string[];
  files: { name: string; uploadUrl: string | null }[];
}

/** `["Name:Value"]` → `{ Name: "Value" }`. */
export function headersOf(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((header) => {
      const colon = header.indexOf(":");
      return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
    }),
  );
}

/** The texts of a list that is given as JSON; none if it is anything else. */
function lines(text: string | undefined): string[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list.filter((line) => typeof line === "string") : [];
  } catch {
    return [];
  }
}
