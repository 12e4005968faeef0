/** Tests the generated records against their definition. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { file_records } from "../../../../plugins/wandb/log/records_pb.ts";

const PROTO = join(import.meta.dir, "../../../../plugins/wandb/log/records.proto");

test("records_pb.ts declares what records.proto does", () => {
  const text = readFileSync(PROTO, "utf8").replace(/\/\/.*$/gm, "");
  const declared: string[] = [];
  const path: string[] = [];
  for (const statement of text.split(/(?<=[{};])/)) {
    const block = /^\s*(message|enum|oneof)\s+(\w+)\s*\{$/.exec(statement);
    const field = /^\s*(repeated\s+)?(map\s*<[^>]*>|[\w.]+)\s+(\w+)\s*=\s*(\d+)/.exec(statement);
    if (block) path.push(block[1] === "oneof" ? "" : block[2]!);
    else if (statement.trim() === "}") path.pop();
    else if (field && path.length > 0) {
      const [, repeated, type, name, number] = field;
      const shape = `${repeated ? "repeated " : ""}${type!.replaceAll(" ", "").split(".").at(-1)}`;
      declared.push(`${path.filter(Boolean).join(".")}: ${shape} ${name} = ${number}`);
    }
  }
  const generated = file_records.messages.flatMap(fieldsOf);
  expect(declared.length).toBeGreaterThan(150);
  expect(generated.sort()).toEqual(declared.sort());
});

function fieldsOf(message: DescMessage): string[] {
  const name = message.typeName.replace("wandb_internal.", "");
  return [
    ...message.fields.map((field) => `${name}: ${shapeOf(field)} ${field.name} = ${field.number}`),
    ...message.nestedMessages.flatMap(fieldsOf),
  ];
}

function shapeOf(field: DescField): string {
  switch (field.fieldKind) {
    case "scalar":
      return scalar(field.scalar);
    case "message":
      return field.message.name;
    case "enum":
      return field.enum.name;
    case "list":
      return `repeated ${field.listKind === "scalar" ? scalar(field.scalar) : (field.message ?? field.enum)?.name}`;
    case "map":
      return `map<${scalar(field.mapKey)},${field.mapKind === "message" ? field.message.name : "?"}>`;
  }
}

function scalar(type: ScalarType): string {
  return ScalarType[type].toLowerCase();
}
