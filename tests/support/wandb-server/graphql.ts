/** The GraphQL operations of the stand-in server. They read and change its store. */

import { createHash } from "node:crypto";
import { buildSchema, GraphQLError, type GraphQLSchema, graphql } from "graphql";
import { SCHEMA } from "./schema.ts";
import { type Store, type StoredArtifact, StoredRun } from "./store.ts";

/** The user of the server's key, and the teams that exist. */
export const DEFAULT_ENTITY = "someone";
const ENTITIES: readonly string[] = [DEFAULT_ENTITY, "team"];

/** The name of the operation in a query, as the client wrote it. */
export function operationName(query: string): string {
  return /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? "unnamed";
}

export class GraphQL {
  readonly #schema: GraphQLSchema = buildSchema(SCHEMA);
  readonly #store: Store;
  readonly #storageUrl: () => string;

  /** @param storageUrl What addresses of the storage begin with. */
  constructor(store: Store, storageUrl: () => string) {
    this.#store = store;
    this.#storageUrl = storageUrl;
  }

  /**
   * Answers a query. The status is that of the first error that names one, 400 for an invalid query, else
   * 200.
   */
  async answer(source: string, variableValues: Record<string, unknown>): Promise<Response> {
    const result = await graphql({ schema: this.#schema, source, variableValues, rootValue: this.#root() });
    if (!result.errors) return Response.json(result);
    const status = (result.errors[0]?.extensions.status as number | undefined) ?? 400;
    const errors = result.errors.map(({ message }) => ({ message }));
    return Response.json({ errors, data: result.data ?? null }, { status });
  }

  #root() {
    return {
      viewer: () => ({
        id: "VXNlcjox",
        entity: DEFAULT_ENTITY,
        username: DEFAULT_ENTITY,
        email: "someone@example.com",
        flags: "{}",
        teams: { edges: [{ node: { id: "RW50aXR5OjI=", name: "team" } }] },
      }),
      serverInfo: () => ({ features: [] }),
      entity: ({ name }: { name: string }) => ({ ...entityOf(name), xxhashDigestsEnabled: false }),
      model: (input: { name?: string; entityName?: string }) => this.#project(input.name, input.entityName),
      project: (input: { name?: string; entityName?: string }) => this.#project(input.name, input.entityName),
      upsertBucket: ({ input }: { input: Record<string, unknown> }) => this.#upsertBucket(input),
      createRunFiles: ({ input }: { input: RunFilesInput }) => {
        const path = `${input.entityName}/${input.projectName}/${input.runName}`;
        const run = this.#store.runs.get(path);
        if (!run) throw notFound(`run ${path}`);
        return {
          runID: run.storageId,
          uploadHeaders: ["X-Stand-In-Upload:yes"],
          files: input.files.map((name) => ({ name, uploadUrl: this.#storage(`runs/${path}/${name}`) })),
        };
      },
      createArtifact: ({ input }: { input: ArtifactInput }) => ({ artifact: this.#createArtifact(input) }),
      createArtifactManifest: ({ input }: { input: { artifactID: string } }) => {
        const artifact = this.#artifact(input.artifactID);
        const file = {
          id: `F${artifact.id}`,
          uploadUrl: this.#storage(`manifests/${artifact.id}/wandb_manifest.json`),
          uploadHeaders: ["Content-Type:application/json"],
        };
        return { artifactManifest: { id: `M${artifact.id}`, file } };
      },
      createArtifactFiles: ({ input }: { input: { artifactFiles: ArtifactFile[] } }) => ({
        files: { edges: input.artifactFiles.map((file) => ({ node: this.#artifactFile(file) })) },
      }),
      completeMultipartUploadArtifact: ({ input }: { input: CompletedParts }) => this.#completeParts(input),
      upsertSweep: ({ input }: { input: SweepInput }) => {
        const project = input.projectName ?? "uncategorized";
        const { name } = this.#store.sweeps.create(input.config, project);
        const sweep = { name, project: this.#project(project, input.entityName ?? DEFAULT_ENTITY) };
        return { sweep, configValidationWarnings: [] };
      },
      createAgent: ({ input }: { input: { sweep: string } }) => {
        if (this.#store.sweeps.find(input.sweep) === null) throw notFound(`sweep ${input.sweep}`);
        return { agent: { id: this.#store.sweeps.register() } };
      },
      agentHeartbeat: ({ input }: { input: { id: string; runState: string } }) => {
        const running = Object.keys(JSON.parse(input.runState));
        const commands = JSON.stringify(this.#store.sweeps.commands(running));
        return { agent: { id: input.id }, commands };
      },
      commitArtifact: ({ input }: { input: { artifactID: string } }) => {
        const artifact = this.#artifact(input.artifactID);
        this.#checkArtifact(artifact);
        artifact.state = "COMMITTED";
        return { artifact: this.#describe(artifact) };
      },
    };
  }

  #upsertBucket(input: Record<string, unknown>) {
    const entity = (input.entityName as string | null | undefined) || DEFAULT_ENTITY;
    const project = (input.modelName as string | null | undefined) || "uncategorized";
    if (!ENTITIES.includes(entity)) throw notFound(`entity ${entity}`);
    const byStorageId = [...this.#store.runs.values()].find((run) => run.storageId === input.id);
    const path = `${entity}/${project}/${input.name}`;
    let run = byStorageId ?? this.#store.runs.get(path);
    const inserted = run === undefined;
    if (!run) {
      run = new StoredRun(String(input.name), entity, project);
      run.fields.displayName = "calm-sea-1";
      this.#store.runs.set(path, run);
    }
    for (const [name, value] of Object.entries(input)) {
      if (value === null || value === undefined || name === "config") continue;
      run.fields[name] = value;
    }
    if (typeof input.config === "string") run.config = { ...run.config, ...JSON.parse(input.config) };
    return { bucket: this.#bucket(run), inserted };
  }

  #project(name = "uncategorized", entityName = DEFAULT_ENTITY) {
    const find = (run: string) => this.#store.runs.get(`${entityName}/${name}/${run}`);
    return {
      id: `P${name}`,
      name,
      entity: entityOf(entityName),
      artifactType: null,
      sweep: ({ sweepName }: { sweepName: string }) => {
        const sweep = this.#store.sweeps.find(sweepName);
        return (
          sweep && { ...sweep, id: `S${sweepName}`, method: "grid", state: "RUNNING", runs: { edges: [] } }
        );
      },
      bucket: (input: { name: string }) => {
        const run = find(input.name);
        return run ? this.#bucket(run) : null;
      },
      run: (input: { name: string }) => {
        const run = find(input.name);
        return run ? this.#bucket(run) : null;
      },
    };
  }

  #bucket(run: StoredRun) {
    const lines = (file: string) => run.lines[file] ?? [];
    const t = (run.config._wandb?.value as { t?: unknown } | undefined)?.t;
    return {
      id: run.storageId,
      name: run.id,
      displayName: run.fields.displayName,
      sweepName: run.fields.sweep ?? null,
      config: JSON.stringify(run.config),
      wandbConfig: JSON.stringify(t === undefined ? {} : { t }),
      tags: run.fields.tags ?? [],
      notes: run.fields.notes ?? null,
      summaryMetrics: lines("wandb-summary.json").at(-1) ?? "{}",
      historyLineCount: lines("wandb-history.jsonl").length,
      eventsLineCount: lines("wandb-events.jsonl").length,
      logLineCount: lines("output.log").length,
      historyTail: JSON.stringify(lines("wandb-history.jsonl").slice(-1)),
      eventsTail: JSON.stringify(lines("wandb-events.jsonl").slice(-1)),
      project: { id: "P1", name: run.project, entity: entityOf(run.entity) },
    };
  }

  #createArtifact(input: ArtifactInput) {
    const name = input.artifactCollectionName;
    checkNames(input);
    const known = this.#store.artifacts.find(
      (one) => one.name === name && one.digest === input.digest && one.state === "COMMITTED",
    );
    if (known) return this.#describe(known);
    const artifact: StoredArtifact = {
      id: Buffer.from(`Artifact:${this.#store.artifacts.length + 1}`).toString("base64"),
      type: input.artifactTypeName,
      name,
      digest: input.digest,
      aliases: (input.aliases ?? []).map(({ alias }) => alias),
      runId: input.runName ?? null,
      state: "PENDING",
      files: new Map(),
      parts: new Map(),
      manifest: null,
    };
    this.#store.artifacts.push(artifact);
    return this.#describe(artifact);
  }

  #describe(artifact: StoredArtifact) {
    const before = this.#store.artifacts.filter(
      (one) => one.name === artifact.name && one.state === "COMMITTED",
    );
    const latestArtifact = before.at(-1) ?? null;
    const sequence = { __typename: "ArtifactSequence", id: `S${artifact.name}`, latestArtifact };
    return { id: artifact.id, state: artifact.state, digest: artifact.digest, artifactSequence: sequence };
  }

  #artifact(id: string): StoredArtifact {
    const artifact = this.#store.artifacts.find((one) => one.id === id);
    if (!artifact) throw notFound(`artifact ${id}`);
    return artifact;
  }

  #artifactFile(file: ArtifactFile) {
    const artifact = this.#artifact(file.artifactID);
    return {
      id: `F${file.name}`,
      name: file.name,
      storagePath: file.name,
      uploadUrl: this.#storage(`artifacts/${artifact.id}/${file.name}`),
      uploadMultipartUrls: this.#partUrls(artifact, file),
      uploadHeaders: [`Content-MD5:${file.md5}`, "Content-Type:application/octet-stream"],
      artifact: { id: artifact.id, state: artifact.state },
    };
  }

  /** Addresses for the parts of a file that comes in parts, each of which may be sent out of order. */
  #partUrls(artifact: StoredArtifact, { name, uploadPartsInput }: ArtifactFile) {
    if (!uploadPartsInput) return null;
    artifact.parts.set(name, new Map());
    const uploadUrlParts = uploadPartsInput.map(({ partNumber }) => ({
      partNumber,
      uploadUrl: this.#storage(`parts/${artifact.id}/${partNumber}/${name}`),
    }));
    return { uploadID: `U${name}`, uploadUrlParts };
  }

  #completeParts({ artifactID, storagePath, uploadID, completedParts }: CompletedParts) {
    const artifact = this.#artifact(artifactID);
    const arrived = artifact.parts.get(storagePath);
    if (!arrived || uploadID !== `U${storagePath}`) throw notFound(`upload ${uploadID}`);
    const parts = completedParts.map(({ partNumber, hexMD5 }) => {
      const bytes = arrived.get(Number(partNumber));
      const md5 = bytes && createHash("md5").update(bytes).digest("hex");
      if (!bytes || md5 !== hexMD5)
        throw badRequest(`part ${partNumber} of ${storagePath} is ${md5 ?? "missing"}`);
      return bytes;
    });
    if (parts.length !== arrived.size) throw badRequest(`${storagePath} has ${arrived.size} parts`);
    artifact.files.set(storagePath, Buffer.concat(parts));
    return { digest: createHash("md5").update(Buffer.concat(parts)).digest("base64") };
  }

  /**
   * An artifact can be committed if its manifest and all files of the manifest are there, with the right
   * digests.
   */
  #checkArtifact(artifact: StoredArtifact): void {
    const bad = (what: string) => this.#store.violations.push(`artifact ${artifact.name}: ${what}`);
    if (!artifact.manifest) return void bad("committed without a manifest");
    const lines = ["wandb-artifact-manifest-v1"];
    for (const [path, { digest, size }] of Object.entries(artifact.manifest.contents).sort()) {
      const bytes = artifact.files.get(path);
      if (!bytes) bad(`${path} is missing`);
      else if (createHash("md5").update(bytes).digest("base64") !== digest)
        bad(`${path} differs from its digest`);
      else if (bytes.length !== size) bad(`${path} has ${bytes.length} bytes, not ${size}`);
      lines.push(`${path}:${digest}`);
    }
    const digest = createHash("md5")
      .update(lines.map((line) => `${line}\n`).join(""))
      .digest("hex");
    if (digest !== artifact.digest) bad(`digest ${artifact.digest}, computed ${digest}`);
  }

  #storage(path: string): string {
    return `${this.#storageUrl()}/storage/${path.split("/").map(encodeURIComponent).join("/")}`;
  }
}

interface RunFilesInput {
  entityName: string;
  projectName: string;
  runName: string;
  files: string[];
}

interface SweepInput {
  config: string;
  projectName?: string | null;
  entityName?: string | null;
}

interface ArtifactInput {
  artifactTypeName: string;
  artifactCollectionName: string;
  digest: string;
  runName?: string | null;
  aliases?: { alias: string }[] | null;
}

interface ArtifactFile {
  artifactID: string;
  name: string;
  md5: string;
  uploadPartsInput?: { partNumber: number; hexMD5: string }[] | null;
}

interface CompletedParts {
  artifactID: string;
  storagePath: string;
  uploadID: string;
  completedParts: { partNumber: number | string; hexMD5: string }[];
}

/** An entity: its id is not its name. */
function entityOf(name: string) {
  return { id: Buffer.from(`Entity:${ENTITIES.indexOf(name) + 1}`).toString("base64"), name };
}

/** The rules of W&B's clients and server for the names of an artifact. */
function checkNames({ artifactCollectionName, artifactTypeName, aliases }: ArtifactInput): void {
  if (!/^[\w.-]{1,128}$/.test(artifactCollectionName))
    throw badRequest(`invalid artifact name ${artifactCollectionName}`);
  const isReserved = artifactTypeName.startsWith("wandb-") || artifactTypeName === "job";
  if (isReserved || /[/:]/.test(artifactTypeName) || artifactTypeName.length > 128) {
    throw badRequest(`invalid artifact type ${artifactTypeName}`);
  }
  for (const { alias } of aliases ?? []) {
    if (alias === "" || alias.length > 128 || /[/:]/.test(alias)) throw badRequest(`invalid alias ${alias}`);
  }
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { status: 400 } });
}

function notFound(what: string): GraphQLError {
  return new GraphQLError(`${what} not found`, { extensions: { status: 404 } });
}
