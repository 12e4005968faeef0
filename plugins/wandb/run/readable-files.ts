/** The files beside the log that people and W&B's pages read: config.yaml, wandb-summary.json, wandb-metadata.json. */

import { join } from "node:path";
import { create, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import { stringify } from "yaml";
import { writeFileAtomic } from "../../../core/plugin.ts";
import { EnvironmentRecordSchema } from "../log/records_pb.ts";
import type { Voice } from "./voice.ts";

/** What a file system refuses is told once a file, and costs nothing else: the log has it all. */
export class ReadableFiles {
  readonly #folder: string;
  readonly #voice: Voice;

  constructor(folder: string, voice: Voice) {
    this.#folder = folder;
    this.#voice = voice;
  }

  /** Every top-level key with its value under `value`, in the order of the alphabet, as W&B writes it. */
  config(config: Readonly<Record<string, unknown>>): void {
    const names = Object.keys(config).sort();
    const wrapped = Object.fromEntries(names.map((name) => [name, { value: config[name] }]));
    this.#write("config.yaml", stringify(wrapped, { indent: 4, lineWidth: 0 }));
  }

  /** @param json One JSON object. */
  summary(json: string): void {
    this.#write("wandb-summary.json", `${json}\n`);
  }

  /** The environment record in protobuf's JSON form. */
  metadata(environment: MessageInitShape<typeof EnvironmentRecordSchema>): void {
    const json = toJson(EnvironmentRecordSchema, create(EnvironmentRecordSchema, environment));
    this.#write("wandb-metadata.json", `${JSON.stringify(json, null, 2)}\n`);
  }

  #write(name: string, text: string): void {
    this.#voice.attempt(name, () => writeFileAtomic(join(this.#folder, name), text));
  }
}
