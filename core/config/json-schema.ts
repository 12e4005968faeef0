/** The JSON Schema of the configuration, with which editors complete, explain and check keys. */

import { z } from "zod";
import type { DescribedPlugin } from "./described-plugin.ts";
import { zodOf, zodOfGroup } from "./field-schema.ts";
import { SECTIONS } from "./schema.ts";

/**
 * @param plugins The built-in plugins. Other plugins, by path or package, are valid with any options.
 * @returns A JSON Schema as plain data, in draft 7, which all editors know.
 */
export function jsonSchema(plugins: readonly DescribedPlugin[]): Record<string, unknown> {
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
  const result = z.toJSONSchema(schema, {
    target: "draft-07",
    io: "input",
    reused: "inline",
    override({ jsonSchema }) {
      // Limits that every integer has tell the user nothing.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { ...result, title: "Configuration of a training run" };
}

/** A section may be left out, or be empty. */
function orNothing(section: z.ZodType, description: string): z.ZodType {
  return section.nullable().optional().meta({ description });
}
