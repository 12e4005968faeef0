/**
 * The messages of TensorBoard's event files, in protobuf's wire format. The numbers of the fields are
 * those of TensorFlow's definitions of Event, Summary, TensorProto and TensorShapeProto.
 */

import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Histogram } from "./histogram.ts";

/** One value of a step. */
export type Value =
  | { readonly kind: "scalar"; readonly tag: string; readonly value: number }
  | { readonly kind: "histogram"; readonly tag: string; readonly histogram: Histogram }
  | {
      readonly kind: "image";
      readonly tag: string;
      readonly png: Uint8Array;
      /** Pixels. */
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: "text"; readonly tag: string; readonly markdown: string };

/** What an event holds. */
export type Content =
  /** The first event of every file. */
  | { readonly kind: "version" }
  /** Whatever earlier files have from this step on does not count. */
  | { readonly kind: "restart" }
  | { readonly kind: "values"; readonly values: readonly Value[] };

const FILE_VERSION = "brain.Event:2";
/** SessionLog.SessionStatus.START. */
const SESSION_START = 1;
/** DataType.DT_STRING. */
const DT_STRING = 7;
/** DataClass.DATA_CLASS_TENSOR. */
const TENSOR_CLASS = 2;
/** Colour channels of the images: TensorBoard takes the file's own. */
const RGBA = 4;

/**
 * The bytes of an event.
 *
 * @param wallTime In seconds since 1970.
 * @param step Of the gradient, from 1.
 */
export function eventMessage(wallTime: number, step: number, content: Content): Uint8Array {
  const event = new BinaryWriter().tag(1, WireType.Bit64).double(wallTime);
  event.tag(2, WireType.Varint).int64(step);
  if (content.kind === "version") event.tag(3, WireType.LengthDelimited).string(FILE_VERSION);
  else if (content.kind === "restart") {
    message(event, 7, (session) => session.tag(1, WireType.Varint).int32(SESSION_START));
  } else {
    message(event, 5, (summary) => {
      for (const value of content.values) message(summary, 1, (one) => writeValue(one, value));
    });
  }
  return event.finish();
}

function writeValue(writer: BinaryWriter, value: Value): void {
  writer.tag(1, WireType.LengthDelimited).string(value.tag);
  // The field has 32 bits: a larger number becomes infinite, which the writer does not do by itself.
  if (value.kind === "scalar") writer.tag(2, WireType.Bit32).float(Math.fround(value.value));
  else if (value.kind === "image") message(writer, 4, (image) => writeImage(image, value));
  else if (value.kind === "histogram") message(writer, 5, (one) => writeHistogram(one, value.histogram));
  else writeText(writer, value.markdown);
}

function writeImage(writer: BinaryWriter, { png, width, height }: Extract<Value, { kind: "image" }>): void {
  writer.tag(1, WireType.Varint).int32(height).tag(2, WireType.Varint).int32(width);
  writer.tag(3, WireType.Varint).int32(RGBA).tag(4, WireType.LengthDelimited).bytes(png);
}

function writeHistogram(writer: BinaryWriter, histogram: Histogram): void {
  const { min, max, count, sum, sumOfSquares } = histogram;
  for (const [index, number] of [min, max, count, sum, sumOfSquares].entries()) {
    writer.tag(index + 1, WireType.Bit64).double(number);
  }
  for (const [field, numbers] of [[6, histogram.limits] as const, [7, histogram.counts] as const]) {
    message(writer, field, (packed) => {
      for (const number of numbers) packed.double(number);
    });
  }
}

/** A tensor with one text, marked for TensorBoard's tab for texts. */
function writeText(writer: BinaryWriter, markdown: string): void {
  message(writer, 8, (tensor) => {
    tensor.tag(1, WireType.Varint).int32(DT_STRING);
    message(tensor, 2, (shape) => {
      message(shape, 2, (dimension) => dimension.tag(1, WireType.Varint).int64(1));
    });
    tensor.tag(8, WireType.LengthDelimited).bytes(new TextEncoder().encode(markdown));
  });
  message(writer, 9, (metadata) => {
    message(metadata, 1, (plugin) => plugin.tag(1, WireType.LengthDelimited).string("text"));
    metadata.tag(4, WireType.Varint).int32(TENSOR_CLASS);
  });
}

/** Writes a field that has a length, whose content `write` writes. */
function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
