/** The JSON Schema of the configuration, for editors: completion, help and checks while one types. */

import { z } from "zod";
import type { Plugin } from "../plugin.ts";
import { zodOf, zodOfGroup } from "./field-schema.ts";
import { SECTIONS } from "./schema.ts";

/**
 * @param plugins The built-in plugins; others, by path or package, are allowed with any options.
 * @returns A JSON Schema (draft 2020-12) as plain data.
 */
export function jsonSchema(plugins: readonly Plugin[]): Record<string, unknown> {
  const anyOptions = z.union([z.boolean(), z.record(z.string(), z.unknown())]);
  const builtIn = plugins.map(({ name, options }) => {
    const settings = options ? z.union([z.boolean(), zodOfGroup(options)]) : anyOptions;
    return [name, settings.optional().meta({ description: `${name}: true, false, or its options` })];
  });
  const sections = Object.entries(SECTIONS).map(([key, field]) => [key, orNothing(zodOf(field), field.help)]);
  const listed = z.object(Object.fromEntries(builtIn)).catchall(anyOptions);
  const schema = z.strictObject({
    ...Object.fromEntries(sections),
    plugins: orNothing(
      listed,
      "Plugins to run, called in this order; a plugin that is not listed does not run",
    ),
  });
  const result = z.toJSONSchema(schema, { io: "input", reused: "inline" }) as Record<string, unknown>;
  return { ...result, title: "Configuration of a training run" };
}

/** A section whose keys are all left out may be empty. */
function orNothing(section: z.ZodType, description: string): z.ZodType {
  return section.nullable().optional().meta({ description });
}
