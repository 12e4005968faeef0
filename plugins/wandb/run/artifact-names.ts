/** The rules of W&B for the names, types and aliases of artifacts. */

import { type Artifact, artifactName } from "../../../core/plugin.ts";

const MAX_LENGTH = 128;

/**
 * The artifact with names that W&B accepts, each as near as possible to its own: names are of letters,
 * digits, `-`, `_` and `.`, types and aliases have no `/` and no `:`, and some types belong to W&B itself.
 */
export function acceptableNames<Named extends Artifact>(artifact: Named): Named {
  const type = withoutSeparators(artifact.type);
  const isReserved = type === "job" || type === "run_table" || type === "code" || type.startsWith("wandb-");
  return {
    ...artifact,
    name: artifactName(artifact.name),
    type: isReserved ? `user-${type}`.slice(0, MAX_LENGTH) : type,
    aliases: artifact.aliases.map(withoutSeparators).filter((alias) => alias !== ""),
  };
}

/**
 * What of an artifact's names was changed, in words for a message; null if nothing was.
 *
 * @param logged What `acceptableNames` made of it.
 */
export function changedNames(given: Artifact, logged: Artifact): string | null {
  const changed = (what: string, from: string, to: string | undefined) =>
    from === to ? [] : [`its ${what} "${from}" becomes ${to === undefined ? "none" : `"${to}"`}`];
  const aliases = new Map(given.aliases.map((alias) => [alias, withoutSeparators(alias) || undefined]));
  const words = [
    ...changed("name", given.name, logged.name),
    ...changed("type", given.type, logged.type),
    ...[...aliases].flatMap(([from, to]) => changed("alias", from, to)),
  ];
  return words.length > 0 ? words.join(", ") : null;
}

function withoutSeparators(text: string): string {
  return text
    .trim()
    .replace(/[/:\r\n]+/g, "-")
    .slice(0, MAX_LENGTH);
}
