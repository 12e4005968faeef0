/**
 * Messages in the form that they have in a run's config on the server: with numbers of fields in place of
 * names.
 */

import type { DescMessage, Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { type TelemetryRecord, TelemetryRecordSchema } from "../log/records_pb.ts";

/** The numbers of the bool fields that are true. */
export function setFields(schema: DescMessage, message: Message | undefined): number[] {
  if (!message) return [];
  const view = reflect(schema, message);
  return view.sortedFields.filter((field) => view.get(field) === true).map(({ number }) => number);
}

/**
 * Telemetry by field number. A text stays as it is; a message of bools becomes the list of those that are
 * true.
 */
export function encodeTelemetry(telemetry: TelemetryRecord): Record<string, unknown> {
  const view = reflect(TelemetryRecordSchema, telemetry);
  const entries = view.sortedFields
    .filter((field) => view.isSet(field) && field.number < 100)
    .map((field) => {
      const value = field.fieldKind === "message" ? view.get(field).message : view.get(field);
      return [
        String(field.number),
        field.fieldKind === "message" ? setFields(field.message, value as Message) : value,
      ];
    });
  return Object.fromEntries(entries);
}
