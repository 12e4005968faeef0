/** JSON values: plugin state, the plain parts of a checkpoint, and everything else that is saved as text. */

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON values. */
export type JsonObject = { readonly [key: string]: Json };
