/** The GraphQL operations of W&B's server for artifacts. The field names are the server's. */

import { type FileTarget, headersOf, type ServerApi } from "./server-api.ts";

export interface ManifestFields {
  readonly artifactID: string;
  /** The version before this one. */
  readonly base: string | null;
  /** Base64 MD5 of the manifest's JSON; empty while there is none. */
  readonly digest: string;
  readonly entity: string;
  readonly project: string;
  readonly run: string;
}

/** Registers an artifact version. `COMMITTED`: the server has one of the same content. */
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

/** Registers the manifest; with `upload`, says where its JSON goes. */
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

/** Where to put an artifact's files, in the order asked; no address: the server has the file. */
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
