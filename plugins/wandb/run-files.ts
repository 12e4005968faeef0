/** The files beside the log that people and W&B's pages read: config.yaml, wandb-summary.json, wandb-metadata.json. */

import { join } from "node:path";
import { create, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import { stringify } from "yaml";
import { writeFileAtomic } from "../../core/plugin.ts";
import { EnvironmentRecordSchema } from "./log/records_pb.ts";

/** Every top-level key with its value under `value`, in the order of the alphabet, as W&B writes it. */
export function writeConfigFile(files: string, config: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(config).sort();
  const wrapped = Object.fromEntries(names.map((name) => [name, { value: config[name] }]));
  writeFileAtomic(join(files, "config.yaml"), stringify(wrapped, { indent: 4, lineWidth: 0 }));
}

/** @param json One JSON object. */
export function writeSummaryFile(files: string, json: string): void {
  writeFileAtomic(join(files, "wandb-summary.json"), `${json}\n`);
}

/** The environment record in protobuf's JSON form. */
export function writeMetadataFile(
  files: string,
  environment: MessageInitShape<typeof EnvironmentRecordSchema>,
): void {
  const json = toJson(EnvironmentRecordSchema, create(EnvironmentRecordSchema, environment));
  writeFileAtomic(join(files, "wandb-metadata.json"), `${JSON.stringify(json, null, 2)}\n`);
}
