/** Uploads an artifact: registers a version, puts its files and its manifest, commits it. */

import { basename } from "node:path";
import {
  artifactFileTargets,
  commitArtifact,
  createArtifact,
  createArtifactManifest,
} from "./artifact-api.ts";
import type { Bucket, ServerApi } from "./server-api.ts";
import { ServerError } from "./server-error.ts";
import { md5Of } from "./upload-files.ts";

/** An artifact as the local log describes it. Digests of files are base64 MD5, that of the artifact hex. */
export interface LoggedArtifact {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly digest: string;
  /** JSON object text, or empty. */
  readonly metadata: string;
  readonly aliases: readonly string[];
  readonly clientId: string;
  readonly sequenceClientId: string;
  readonly entries: readonly ArtifactEntry[];
}

export interface ArtifactEntry {
  /** Inside the artifact, with `/`. */
  readonly path: string;
  readonly digest: string;
  readonly size: number;
  /** On this machine. */
  readonly localPath: string;
}

/** W&B's own first batch size. */
const BATCH = 25;
const POLICY = "wandb-storage-policy-v1";

/**
 * Does nothing where the server already holds a committed version of the same content.
 *
 * @throws {ServerError} With the artifact's name in the message.
 */
export async function uploadArtifact(
  api: ServerApi,
  bucket: Bucket,
  runId: string,
  artifact: LoggedArtifact,
): Promise<void> {
  const changed = artifact.entries.find(({ localPath, size }) => Bun.file(localPath).size !== size);
  if (changed) {
    // Said before anything is registered: half an artifact is worse than none.
    throw new ServerError("refused", `${basename(changed.localPath)} of it is gone or was changed`);
  }
  const { id, state, latest } = await createArtifact(api, {
    entityName: bucket.entity,
    projectName: bucket.project,
    artifactTypeName: artifact.type,
    artifactCollectionName: artifact.name,
    runName: runId,
    digest: artifact.digest,
    digestAlgorithm: "MANIFEST_MD5",
    description: artifact.description || null,
    aliases: artifact.aliases.map((alias) => ({ artifactCollectionName: artifact.name, alias })),
    metadata: artifact.metadata || null,
    enableDigestDeduplication: true,
    clientID: artifact.clientId || null,
    sequenceClientID: artifact.sequenceClientId || null,
  });
  if (state === "COMMITTED") return;

  const fields = {
    artifactID: id,
    base: latest,
    digest: "",
    entity: bucket.entity,
    project: bucket.project,
    run: runId,
  };
  const { id: manifestId } = await createArtifactManifest(api, fields, false);
  for (let at = 0; at < artifact.entries.length; at += BATCH) {
    const batch = artifact.entries.slice(at, at + BATCH);
    const targets = await artifactFileTargets(
      api,
      batch.map(({ path, digest }) => ({
        artifactID: id,
        artifactManifestID: manifestId,
        name: path,
        md5: digest,
      })),
    );
    for (const [i, { localPath, size }] of batch.entries()) {
      await api.put(targets[i]!, () => Bun.file(localPath), size);
    }
  }

  const manifest = new TextEncoder().encode(manifestJson(artifact, id));
  const digest = await md5Of(manifest, "base64");
  const { target } = await createArtifactManifest(api, { ...fields, digest }, true);
  await api.put(target, () => manifest, manifest.length);
  await commitArtifact(api, id);
}

/** The manifest without the files' places on this machine, which are nobody's business. */
function manifestJson(artifact: LoggedArtifact, artifactId: string): string {
  const contents = Object.fromEntries(
    artifact.entries.map(({ path, digest, size }) => [path, { digest, size, birthArtifactID: artifactId }]),
  );
  return JSON.stringify({
    version: 1,
    storagePolicy: POLICY,
    storagePolicyConfig: { storageLayout: "V2" },
    contents,
  });
}
