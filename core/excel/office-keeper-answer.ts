/**
 * What `office-keeper.ts` prints, one line of JSON each: its folder or why there is none, then how it ended.
 */

export type KeeperAnswer =
  | { readonly folder: string }
  | { readonly error: string }
  | {
      /** Null if LibreOffice was killed or did not start. */
      readonly exitCode: number | null;
      readonly isTimedOut: boolean;
      readonly message: string;
    };
