/** The GraphQL operations of W&B's server for artifacts, with the server's names of fields. */

import { type FileTarget, headersOf, type ServerApi } from "./server-api.ts";

export interface ManifestFields {
  readonly artifactID: string;
  /** The id of the version before this one; null for the first. */
  readonly base: string | null;
  /** The MD5 of the manifest's JSON in base64; empty while there is no manifest. */
  readonly digest: string;
  readonly entity: string;
  readonly project: string;
  readonly run: string;
}

/**
 * Registers a version of an artifact. The state `COMMITTED` means that the server has a version of the same
 * content.
 */
export async function createArtifact(api: ServerApi, input: Record<string, unknown>) {
  const { createArtifact } = await api.ask<{ createArtifact: { artifact: RawArtifact } }>(
    "CreateArtifact",
    `mutation CreateArtifact($input: CreateArtifactInput!) {
      createArtifact(input: $input) { artifact { id state artifactSequence { latestArtifact { id } } } }
    }`,
    { input },
  );
  const { id, state, artifactSequence } = createArtifact.artifact;
  return { id, state, latest: artifactSequence.latestArtifact?.id ?? null };
}

/** Registers the manifest. With `upload`, the server gives the address to which its JSON goes. */
export async function createArtifactManifest(api: ServerApi, manifest: ManifestFields, upload: boolean) {
  const { createArtifactManifest } = await api.ask<{
    createArtifactManifest: { artifactManifest: { id: string; file: RawFile } };
  }>(
    "CreateArtifactManifest",
    `mutation CreateArtifactManifest($artifactID: ID!, $base: ID, $digest: String!, $entity: String!,
        $project: String!, $run: String!, $type: ArtifactManifestType!, $upload: Boolean!) {
      createArtifactManifest(input: {artifactID: $artifactID, baseArtifactID: $base, name: "wandb_manifest.json",
          digest: $digest, entityName: $entity, projectName: $project, runName: $run, type: $type}) {
        artifactManifest { id
          file { id uploadUrl @include(if: $upload) uploadHeaders @include(if: $upload) } }
      }
    }`,
    { ...manifest, type: "FULL", upload },
  );
  const { id, file } = createArtifactManifest.artifactManifest;
  const target: FileTarget = {
    name: "wandb_manifest.json",
    url: file.uploadUrl ?? null,
    headers: headersOf(file.uploadHeaders ?? []),
  };
  return { id, target };
}

/** Asks where to put files of an artifact. The targets are in the order of the files. */
export async function artifactFileTargets(
  api: ServerApi,
  files: readonly { name: string }[],
): Promise<FileTarget[]> {
  const { createArtifactFiles } = await api.ask<{
    createArtifactFiles: { files: { edges: { node: RawFile }[] } };
  }>(
    "CreateArtifactFiles",
    `mutation CreateArtifactFiles($input: CreateArtifactFilesInput!) {
      createArtifactFiles(input: $input) { files { edges { node { uploadUrl uploadHeaders } } } }
    }`,
    { input: { artifactFiles: files, storageLayout: "V2" } },
  );
  return createArtifactFiles.files.edges.map(({ node }, i) => ({
    name: files[i]!.name,
    url: node.uploadUrl ?? null,
    headers: headersOf(node.uploadHeaders ?? []),
  }));
}

/** Completes a version: from now on, W&B shows it. */
export async function commitArtifact(api: ServerApi, artifactId: string): Promise<void> {
  await api.ask(
    "CommitArtifact",
    `mutation CommitArtifact($artifactID: ID!) {
      commitArtifact(input: {artifactID: $artifactID}) { artifact { id } }
    }`,
    { artifactID: artifactId },
  );
}

interface RawArtifact {
  id: string;
  state: "PENDING" | "COMMITTED" | "DELETED";
  artifactSequence: { latestArtifact: { id: string } | null };
}
interface RawFile {
  uploadUrl?: string | null;
  uploadHeaders?: string[];
}
