/**
 * Loaded before all tests, so that the hints that tests compare begin with `bun run`, also if
 * `npx bun run test` started them. Programs that tests start get the same environment.
 */

delete process.env.npm_config_user_agent;
