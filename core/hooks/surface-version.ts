/**
 * The version of the public surface, and what it promises: a plugin that was written for a version works
 * with every later release of the project until that version is dropped.
 *
 * The version rises when a plugin of before may no longer work: a hook or a member is gone, or means
 * something else. New hooks, new values in events and new members leave it as it is. A hook that gets
 * another name stays callable under the former one, with a warning, for at least one version
 * (`FORMER_HOOKS`).
 */

import type { HookName } from "./lifecycle.ts";

/** The version of the surface that this release has. */
export const SURFACE_VERSION = 1;

/** The oldest version that still works. */
export const OLDEST_SURFACE = 1;

/** The former names of hooks, each with the name that the hook has now. */
export const FORMER_HOOKS: Readonly<Record<string, HookName>> = {};
