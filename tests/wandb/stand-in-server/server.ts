/**
 * The stand-in W&B server under its former path, for programs outside of the repository that start it. Tests
 * import it from tests/support.
 */

export * from "../../support/wandb-server/server.ts";
