/** The address of the server, from the places that may name it. */

import type { ClientSettings } from "./client-settings.ts";

/** W&B's own server. */
export const DEFAULT_BASE_URL = "https://api.wandb.ai";

/**
 * The address that counts: the configured one, unless that is W&B's own, which stands in every configuration.
 * Then the settings files of W&B's client decide (`wandb login --host`).
 */
export function chosenBaseUrl(configured: string | null, client: ClientSettings): string {
  if (configured !== null && configured !== DEFAULT_BASE_URL) return configured;
  return client.get("base_url")?.value ?? DEFAULT_BASE_URL;
}
