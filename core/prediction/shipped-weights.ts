import { UserError } from "../problem.ts";

/** The weights that come with the project. @throws {UserError} Exit code 2: there are none yet. */
export function shippedWeights(): string {
  throw new UserError(
    {
      message: "Cannot find tables without weights: none come with the project yet",
      fix: "name a run's folder or a checkpoint before the workbooks",
    },
    { exitCode: 2 },
  );
}
