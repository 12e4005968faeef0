/** Compares names of sheets as a person does. */

/** The same for names of sheets that differ in case and surrounding blanks alone. Excel keeps such blanks. */
export function plainName(sheet: string): string {
  return sheet.trim().toLowerCase();
}
