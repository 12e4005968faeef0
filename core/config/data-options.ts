/** The part of the configuration that says which sheets there are: section `data`, under its own key names. */
export interface DataOptions {
  readonly dataset_names: readonly string[];
  /** Folder that holds one folder a dataset; from the current folder. It may be read-only. */
  readonly root: string;
  readonly train_ratio: number;
  readonly val_ratio: number;
  readonly test_ratio: number;
  readonly split_seed: number;
  readonly respect_split_code: boolean;
  /** Largest grid, in cells. */
  readonly max_rows: number;
  readonly max_cols: number;
  readonly on_large_sheet: "crop" | "skip";
  readonly on_bad_file: "skip" | "fail";
  /** Grids are kept in the project's cache folder. */
  readonly cache: boolean;
}
