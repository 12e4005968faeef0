/** Secrets among the fields: options whose values are taken from the environment alone and kept nowhere. */

import { isRecord } from "../base/plain-object.ts";
import type { Problem } from "../base/problem.ts";
import type { Field, Fields, TextField } from "./field.ts";
import { dotted, type Path, placeOf, type Source } from "./source.ts";

/** Names such as `token`, `CHAT_TOKEN`, `db_password`, `API_KEY`, `SLACK_WEBHOOK_URL`. */
const SECRET_NAME =
  /(^|[_-])(token|secret|password|passwd|passphrase|credentials?|webhook([_-]?url)?|(api|access|private|secret|auth)[_-]?key)$/i;

export function isSecret(field: Field): field is TextField & { readonly secret: true; readonly env: string } {
  return field.kind === "text" && field.secret === true;
}

/**
 * The field as it counts in a plugin: a text from an environment variable whose name, or the option's own,
 * says that it is a secret, is one unless the plugin has said `secret: false`.
 */
export function withSecretByName(key: string, field: Field): Field {
  if (field.kind !== "text" || field.env === undefined || field.secret !== undefined) return field;
  return SECRET_NAME.test(key) || SECRET_NAME.test(field.env) ? { ...field, secret: true } : field;
}

/** The values of a group without those of secrets: what may be written, and what other plugins may see. */
export function withoutSecrets(
  fields: Fields,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const kept = Object.entries(values).filter(
    ([key]) => !Object.hasOwn(fields, key) || !isSecret(fields[key]!),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      return [key, field?.kind === "group" && isRecord(value) ? withoutSecrets(field.fields, value) : value];
    }),
  );
}

/** The problem of a secret that stands in a file or on the command line. It does not repeat the value. */
export function misplacedSecret({ env }: { readonly env: string }, path: Path, source: Source): Problem {
  const place = source.kind === "argument" ? { where: `command line, --${dotted(path)}=…` } : placeOf(source);
  return {
    ...place,
    message: `Cannot take ${dotted(path)} from here: it is a secret`,
    expected: `it in the environment variable ${env}, so that no file, list of processes or log keeps it`,
    got: source.kind === "argument" ? "a value on the command line" : "a value in the file",
    fix: `remove it here, and export ${env}=…`,
  };
}
