/** What was passed over in a workbook, so that the rest of it could be read. */

/** What each kind of note says. */
const PHRASES = {
  "bytes-behind-archive": "bytes after the end of the archive, or a wrong length of its comment: left out",
  "default-password": "encrypted with the password that Excel itself uses: decrypted",
  "duplicate-member": "the archive holds two members of this name: it is read only if both are the same",
  "missing-part": "the archive lacks this part, to which another one refers: read without it",
  "broken-part": "this part cannot be read: read without it",
  "missing-sheet": "a sheet without cells in the archive: left out",
  "merged-range": "a merged range that is no range: left out",
  "merged-range-beyond-sheet": "a merged range that reaches beyond XFD1048576: cut off there",
  "column-range": "a range of columns without a first and last one: left out",
  "row-number": "a row without a valid number: put below the row before",
  "cell-reference": "a cell without a valid reference: put behind the cell before",
  "cell-style": "a style that is no number: the default style instead",
  "lost-text": 'a shared string that the workbook lacks: the text "\ufffd" instead',
  "comment-place": "a comment at no cell: left out",
  "table-place": "an Excel table at no range: left out",
} as const;

export type ReadingNoteKind = keyof typeof PHRASES;

/** One kind of thing that was passed over or mended in a part. */
export interface ReadingNote {
  readonly kind: ReadingNoteKind;
  /** The member of the archive; null if the file as a whole is meant. */
  readonly part: string | null;
  /** How often it occurs in the part. */
  readonly count: number;
  /** The first of them as the file spells it, or the reason. At most 200 characters; may be empty. */
  readonly example: string;
}

/** The note as one line, without the name of the file: `xl/workbook.xml: … (3 times, first: "#REF!")`. */
export function describeNote({ kind, part, count, example }: ReadingNote): string {
  const details = [
    ...(count > 1 ? [`${count} times`] : []),
    ...(example === "" ? [] : [`first: ${example}`]),
  ];
  const suffix = details.length === 0 ? "" : ` (${details.join(", ")})`;
  return `${part === null ? "" : `${part}: `}${PHRASES[kind]}${suffix}`;
}

/** Takes a note about the part that is being read. */
export type TakeNote = (kind: ReadingNoteKind, example?: string) => void;

/** Gathers notes; equal kinds in one part become one note, however many there are. */
export class ReadingNotes {
  readonly #notes = new Map<string, { -readonly [K in keyof ReadingNote]: ReadingNote[K] }>();

  add(kind: ReadingNoteKind, part: string | null, example = ""): void {
    const key = `${kind} ${part}`;
    const known = this.#notes.get(key);
    if (known) known.count++;
    else this.#notes.set(key, { kind, part, count: 1, example: example.slice(0, 200) });
  }

  /** The notes in the order of their first occurrence. */
  list(): ReadingNote[] {
    return Array.from(this.#notes.values(), (note) => ({ ...note }));
  }
}
