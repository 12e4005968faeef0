/** The programs that people use instead, with their pinned versions and the settings that were compared. */

/** How a peer is run. */
export interface Peer {
  readonly name: string;
  /** Its packages for pip, or null for a program of Node. */
  readonly packages: readonly string[] | null;
  /** The program in this folder. */
  readonly program: string;
  /** The package that it is a short program on; its settings say no more than its name. */
  readonly on?: string;
  /** Arguments of the program. The first is the best on the `testing_set` of `real`; the table has it. */
  readonly settings: readonly string[];
}

/** xlsx2md is no package: its sources at a commit, and the one package that its Node API imports. */
export const XLSX2MD = {
  repository: "https://github.com/igapyon/xlsx2md",
  commit: "7f5f8e50799e1ba8615d7fd60833dfa69057ed4e",
  packages: ["@xmldom/xmldom@0.9.9"],
} as const;

export const PEERS: readonly Peer[] = [
  {
    name: "gridgulp",
    packages: ["gridgulp==0.3.4"],
    program: "find_gridgulp.py",
    settings: ["empty_row_tolerance=1", "empty_row_tolerance=0", "empty_row_tolerance=2"],
  },
  {
    name: "xldetect",
    packages: ["xldetect==1.0.1"],
    program: "find_xldetect.py",
    settings: ["min_blank_rows=3", "min_blank_rows=1", "min_blank_rows=2", "min_blank_cols=2"],
  },
  {
    name: "table2db",
    packages: ["table2db==0.1.1"],
    program: "find_table2db.py",
    settings: [""],
  },
  {
    name: "ks-xlsx-parser",
    packages: ["ks-xlsx-parser==0.2.1"],
    program: "find_ks_xlsx_parser.py",
    settings: ["take=chunks", "take=tables", "take=structures"],
  },
  {
    name: "docling",
    packages: ["docling-slim[format-office]==2.143.0"],
    program: "find_docling.py",
    settings: ["gap_tolerance=2", "gap_tolerance=0", "gap_tolerance=1"],
  },
  {
    name: "unstructured",
    packages: ["unstructured[xlsx]==0.27.35"],
    program: "find_unstructured.py",
    settings: [""],
  },
  {
    name: "markitdown",
    packages: ["markitdown[xlsx]==0.1.9"],
    program: "find_markitdown.py",
    settings: [""],
  },
  {
    name: "xlsx2md",
    packages: null,
    program: "find_xlsx2md.mjs",
    settings: ["mode=balanced", "mode=border"],
  },
  {
    name: "current region",
    packages: ["openpyxl==3.1.5"],
    program: "find_openpyxl.py",
    on: "openpyxl",
    settings: ["take=region"],
  },
  {
    name: "used range",
    packages: ["openpyxl==3.1.5"],
    program: "find_openpyxl.py",
    on: "openpyxl",
    settings: ["take=used"],
  },
  {
    name: "Excel's own tables",
    packages: ["openpyxl==3.1.5"],
    program: "find_openpyxl.py",
    on: "openpyxl",
    settings: ["take=tables"],
  },
];
