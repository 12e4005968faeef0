/** The GraphQL operations of W&B's server that make a run and take its files. The field names are the server's. */

import type { HttpClient, RequestBody, RequestOptions } from "./http-client.ts";
import type { Pace } from "./pace.ts";
import { refusal, ServerError } from "./server-error.ts";

/** As many attempts as W&B's client makes for a file. */
const FILE_ATTEMPTS = 20;
/** The slowest line that a file may take. */
const BYTES_PER_MS = 50;

/** What upsertBucket takes; null leaves a field as it is. */
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
  /** JSON text, every top-level value wrapped in `{"value": …}`. */
  readonly config: string | null;
  readonly host: string | null;
  readonly program: string | null;
  readonly repo: string | null;
  readonly jobType: string | null;
  readonly sweep: string | null;
  readonly tags: readonly string[] | null;
}

/** Where a run lives on the server. */
export interface Bucket {
  readonly id: string;
  readonly displayName: string;
  readonly entity: string;
  readonly project: string;
}

/** What the server already holds of a run: lines of each streamed file, the last of them, the summary. */
export interface ResumeStatus {
  readonly historyLineCount: number;
  readonly eventsLineCount: number;
  readonly logLineCount: number;
  /** The last rows, as JSON texts. */
  readonly historyTail: readonly string[];
  readonly eventsTail: readonly string[];
  readonly summaryMetrics: string;
}

/** Where a file goes; no address: the server has it already. */
export interface FileTarget {
  readonly name: string;
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

  /** Puts a file where the server said; nothing to do where it gave no address. */
  async put({ url, headers }: FileTarget, body: () => RequestBody, size: number): Promise<void> {
    if (url === null) return;
    const timeLimit = this.#fileAnswer + size / BYTES_PER_MS;
    await this.client.put(url, body, size, headers, { timeLimit, attempts: FILE_ATTEMPTS });
  }

  /** The key's default entity and the teams that its user is in. */
  async viewer(): Promise<{ entity: string; teams: string[] }> {
    const { viewer } = await this.ask<{ viewer: Viewer | null }>(
      "Viewer",
      "query Viewer { viewer { entity teams { edges { node { name } } } } }",
      {},
      { ...this.#limits, isFirst: true },
    );
    if (!viewer) throw refusal(401, "", this.client.baseUrl); // an unknown key may come as a null viewer
    return { entity: viewer.entity ?? "", teams: (viewer.teams?.edges ?? []).map(({ node }) => node.name) };
  }

  /** @returns null where the server has no such run. */
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

  /** Creates the run, or changes what is not null. */
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

  /** Where to put run files, in the order of `names`. */
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
   * Asks for any operation of the server.
   *
   * @throws {ServerError}
   */
  async ask<T>(operationName: string, query: string, variables: object, options = this.#limits): Promise<T> {
    const answer = await this.client.post("/graphql", { query, variables, operationName }, options);
    const { data, errors } = (answer ?? {}) as { data?: T; errors?: { message: string }[] };
    if (errors?.length || !data) {
      // GraphQL says no with a 200, too; and any JSON without data is no W&B server's.
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
/** `["Name:Value"]` → a record. */
export function headersOf(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((header) => {
      const colon = header.indexOf(":");
      return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()];
    }),
  );
}

/** A list of JSON texts inside JSON text; anything else counts as none. */
function lines(text: string | undefined): string[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list.filter((line) => typeof line === "string") : [];
  } catch {
    return [];
  }
}
