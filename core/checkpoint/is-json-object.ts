import type { Json } from "../training/lifecycle.ts";
import type { JsonObject } from "./detector-state.ts";

/** True for an object of JSON; false for a list, null, and what is not there. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
