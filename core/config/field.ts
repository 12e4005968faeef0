/**
 * One key of the configuration as data: type, default, limits, unit and help in one place. The zod schema,
 * the JSON Schema, the line in `--help` and the row in docs/configuration.md are made from it. `schema.ts`
 * has the fields of all sections.
 */

interface Described<Value> {
  readonly default: Value;
  /** What the key does, in one line without a full stop. */
  readonly help: string;
  /** The unit of the number: "epochs", "rows". */
  readonly unit?: string;
  /** An environment variable whose value is stronger than the file. An empty variable counts as not set. */
  readonly env?: string;
  /**
   * The plugin that `env` belongs to: the variable counts only while that plugin runs, and an invalid
   * value is a problem only then. A plugin's own options do not need it: their variables count only while
   * the plugin runs.
   */
  readonly envOwner?: string;
  /** True: `null` is a valid value, which means "none". */
  readonly nullable: boolean;
}

/** The limits of a number; `above` and `below` exclude the bound itself. */
export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

export interface NumberField<Value = unknown> extends Described<Value>, NumberLimits {
  readonly kind: "integer" | "number";
  /** Words that are valid in place of the number: `auto`. */
  readonly words: readonly string[];
}

export interface BooleanField<Value = unknown> extends Described<Value> {
  readonly kind: "boolean";
}

export interface TextField<Value = unknown> extends Described<Value> {
  readonly kind: "text";
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  /** The pattern in words, for messages: "a folder name, without / or \\". */
  readonly format?: string;
  /**
   * True: a path, which becomes absolute. Relative paths start at the current folder, `~` is the home folder.
   */
  readonly path: boolean;
  /** Words that are not taken for a path: `pretrained`. A file of that name is written `./pretrained`. */
  readonly words?: readonly string[];
  /**
   * True: the value is taken from the variable `env` alone, anew in every process, and is written and shown
   * nowhere: not in the run's configuration, in no checkpoint, not at W&B, in no message. Left out in a
   * plugin: true if the name of the option or of its variable ends in `token`, `password`, `api_key` and the
   * like.
   */
  readonly secret?: boolean;
}

export interface ChoiceField<Value = unknown> extends Described<Value> {
  readonly kind: "choice";
  readonly choices: readonly string[];
  /** Other spellings, and the choice that each of them means: `{ dryrun: "offline", false: "off" }`. */
  readonly aliases: Readonly<Record<string, string>>;
}

export interface ListField<Value = unknown> extends Described<Value> {
  readonly kind: "list";
  readonly of: Field;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** True: no item may occur twice. */
  readonly unique: boolean;
}

export interface GroupField<Value = unknown> extends Described<Value> {
  readonly kind: "group";
  readonly fields: Fields;
}

export type Field<Value = unknown> =
  | NumberField<Value>
  | BooleanField<Value>
  | TextField<Value>
  | ChoiceField<Value>
  | ListField<Value>
  | GroupField<Value>;

export type Fields = Readonly<Record<string, Field>>;

/** The type of a field's values: a union of literals for choices, with `null` if the field is nullable. */
export type ValueOf<F> = F extends { readonly default: infer Value } ? Value : never;

/** The type of the options object that these fields describe. */
export type OptionsOf<F extends Fields> = { readonly [Key in keyof F]: ValueOf<F[Key]> };

type OrNull<Nullable extends boolean> = Nullable extends true ? null : never;

interface Base<Value, Nullable extends boolean> {
  readonly default: NoInfer<Value | OrNull<Nullable>>;
  readonly help: string;
  readonly unit?: string;
  readonly env?: string;
  readonly envOwner?: string;
  readonly nullable?: Nullable;
}

interface NumberOptions<Word extends string, Nullable extends boolean>
  extends Base<number | Word, Nullable>,
    NumberLimits {
  readonly words?: readonly Word[];
}

/**
 * A whole number: `integer({ default: 10, min: 1, unit: "epochs", help: "Keep a checkpoint this often" })`.
 */
export function integer<const Word extends string = never, const Nullable extends boolean = false>(
  options: NumberOptions<Word, Nullable>,
): NumberField<number | NoInfer<Word> | OrNull<Nullable>> {
  return { words: [], ...options, kind: "integer", nullable: options.nullable ?? false };
}

/** A finite number: `number({ default: 1e-4, above: 0, help: "Learning rate" })`. */
export function number<const Word extends string = never, const Nullable extends boolean = false>(
  options: NumberOptions<Word, Nullable>,
): NumberField<number | NoInfer<Word> | OrNull<Nullable>> {
  return { words: [], ...options, kind: "number", nullable: options.nullable ?? false };
}

/** `true` or `false`. */
export function boolean<const Nullable extends boolean = false>(
  options: Base<boolean, Nullable>,
): BooleanField<boolean | OrNull<Nullable>> {
  return { ...options, kind: "boolean", nullable: options.nullable ?? false };
}

interface TextOptions<Nullable extends boolean> extends Base<string, Nullable> {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  readonly format?: string;
  readonly path?: boolean;
  readonly words?: readonly string[];
  readonly secret?: boolean;
}

/**
 * Text: `text({ default: null, nullable: true, env: "WANDB_ENTITY", help: "User or team" })`.
 *
 * @throws {TypeError} For a secret without a variable: there would be no place to take it from.
 */
export function text<const Nullable extends boolean = false>(
  options: TextOptions<Nullable>,
): TextField<string | OrNull<Nullable>> {
  if (options.secret && options.env === undefined) {
    throw new TypeError("a secret option needs env, the environment variable that it is taken from");
  }
  return { path: false, ...options, kind: "text", nullable: options.nullable ?? false };
}

interface ChoiceOptions<Choice extends string, Nullable extends boolean> extends Base<Choice, Nullable> {
  readonly choices: readonly Choice[];
  readonly aliases?: Readonly<Record<string, NoInfer<Choice>>>;
}

/** One of a few words: `choice({ choices: ["skip", "fail"], default: "skip", help: "…" })`. */
export function choice<const Choice extends string, const Nullable extends boolean = false>(
  options: ChoiceOptions<Choice, Nullable>,
): ChoiceField<NoInfer<Choice> | OrNull<Nullable>> {
  return { aliases: {}, ...options, kind: "choice", nullable: options.nullable ?? false };
}

interface ListOptions<Of extends Field, Nullable extends boolean>
  extends Base<readonly ValueOf<Of>[], Nullable> {
  readonly of: Of;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly unique?: boolean;
}

/** A list: `list({ of: text({ default: "", help: "A tag" }), default: [], help: "Tags of the run" })`. */
export function list<const Of extends Field, const Nullable extends boolean = false>(
  options: ListOptions<Of, Nullable>,
): ListField<readonly ValueOf<Of>[] | OrNull<Nullable>> {
  return { unique: false, ...options, kind: "list", nullable: options.nullable ?? false };
}

/** Fields under a name of their own: `watch: group({ log_freq: integer({ … }) }, "Gradient histograms")`. */
export function group<const F extends Fields>(
  fields: F,
  help: string,
): GroupField<OptionsOf<F>> & { fields: F } {
  return { kind: "group", fields, help, nullable: false, default: defaultsOf(fields) };
}

/** The default of every field. */
export function defaultsOf<const F extends Fields>(fields: F): OptionsOf<F> {
  const entries = Object.entries(fields).map(([key, field]) => [key, field.default]);
  return Object.fromEntries(entries) as OptionsOf<F>;
}
