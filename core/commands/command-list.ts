/** The commands of the project with what they do, for `bun run help` and the help of tools. */

/** The scripts of package.json that users call, by purpose. Commands with a `--help` say the same in it. */
export const COMMAND_GROUPS = {
  "Find tables": {
    predict: "Find the tables of workbooks",
    evaluate: "Measure how well a checkpoint finds the tables of labelled sheets",
  },
  Train: {
    train: "Train a table detector on Excel workbooks",
    data: "Check, look at, prepare, generate, import and label datasets",
    checkpoint: "Inspect checkpoints, and export their weights for other tools",
    sync: "Upload runs to W&B that were logged offline, or whose upload did not end",
    device: "List, install and remove the devices that networks run on",
  },
  "Work on the project": {
    bench: "Measure the speed of the network, of workbooks, checkpoints and the log",
    test: "Run the tests; names of files run only these",
    check: "Check types, lint and format",
    verify: "Run every check of the repository, what has to hold before a commit",
    reference: "Write the files of the repository that are made from others",
    setup: "Install the packages of all commands; each installs its own when it starts",
    help: "Print this list",
  },
} as const;
