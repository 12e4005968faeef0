/**
 * Writes the files beside the log that people can read: config.yaml, wandb-summary.json,
 * wandb-metadata.json.
 */

import { join } from "node:path";
import { create, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import { stringify } from "yaml";
import { writeFileAtomic } from "../../../core/plugin.ts";
import { EnvironmentRecordSchema } from "../log/records_pb.ts";
import type { Voice } from "./voice.ts";

/** A file that cannot be written is reported once. Nothing is lost by it: the log holds the same. */
export class ReadableFiles {
  readonly #folder: string;
  readonly #voice: Voice;

  constructor(folder: string, voice: Voice) {
    this.#folder = folder;
    this.#voice = voice;
  }

  /**
   * The configuration in W&B's form: keys in the order of the alphabet, each with its value under `value`.
   */
  config(config: Readonly<Record<string, unknown>>): void {
    const names = Object.keys(config).sort();
    const wrapped = Object.fromEntries(names.map((name) => [name, { value: config[name] }]));
    this.#write("config.yaml", stringify(wrapped, { indent: 4, lineWidth: 0 }));
  }

  /** @param json The text of one JSON object. */
  summary(json: string): void {
    this.#write("wandb-summary.json", `${json}\n`);
  }

  /** The environment record as protobuf's JSON. */
  metadata(environment: MessageInitShape<typeof EnvironmentRecordSchema>): void {
    const json = toJson(EnvironmentRecordSchema, create(EnvironmentRecordSchema, environment));
    this.#write("wandb-metadata.json", `${JSON.stringify(json, null, 2)}\n`);
  }

  #write(name: string, text: string): void {
    this.#voice.attempt(name, () => writeFileAtomic(join(this.#folder, name), text));
  }
}
