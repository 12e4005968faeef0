/** JSON values: the form of plugin state, of a checkpoint's plain parts and of everything else that is saved as text. */

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON values. */
export type JsonObject = { readonly [key: string]: Json };
