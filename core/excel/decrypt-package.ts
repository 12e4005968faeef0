/** Decrypts workbooks that are encrypted with a known password. ([MS-OFFCRYPTO] 2.3.4) */

import { createDecipheriv, createHash } from "node:crypto";
import { CompoundFile, CompoundFileFault } from "./compound-file.ts";
import { XmlFault } from "./xml-bytes.ts";
import { XmlReader } from "./xml-reader.ts";

/** Standard encryption hashes the password this often. */
const STANDARD_SPINS = 50_000;
/** Agile encryption says how often; Excel writes 100,000. More than this would keep the reader busy. */
const MOST_SPINS = 250_000;
const SEGMENT_BYTES = 4096;
/** What the keys of agile encryption are derived with: of the verifier, its hash and the package's key. */
const VERIFIER_INPUT = Buffer.from("fea7d2763b4b9e79", "hex");
const VERIFIER_HASH = Buffer.from("d7aa0f6d3061344e", "hex");
const PACKAGE_KEY = Buffer.from("146e0be7abacd0d6", "hex");

const HASHES: ReadonlyMap<string, string> = new Map([
  ["SHA1", "sha1"],
  ["SHA-1", "sha1"],
  ["SHA256", "sha256"],
  ["SHA384", "sha384"],
  ["SHA512", "sha512"],
]);

/**
 * The archive inside an encrypted workbook.
 *
 * @param bytes The whole file.
 * @returns null if it has another password, an encryption that is not known, or is broken.
 */
export function decryptPackage(bytes: Buffer, password: string): Buffer | null {
  try {
    const file = new CompoundFile(bytes);
    const info = file.stream("EncryptionInfo");
    const content = file.stream("EncryptedPackage");
    const size = Number(content.readBigUInt64LE(0));
    const data = content.subarray(8);
    if (size > data.length) return null;
    const [major, minor] = [info.readUInt16LE(0), info.readUInt16LE(2)];
    let decrypted: Buffer | null = null;
    if (major === 4 && minor === 4) decrypted = decryptAgile(info.subarray(8), data, password);
    else if (minor === 2 && major >= 2 && major <= 4) decrypted = decryptStandard(info, data, password);
    return decrypted?.subarray(0, size) ?? null;
  } catch (error) {
    const isBroken = error instanceof CompoundFileFault || error instanceof XmlFault;
    // Lengths that do not fit end in a RangeError, and in an error with a code from node:crypto.
    if (isBroken || error instanceof RangeError || (error as { code?: unknown }).code !== undefined)
      return null;
    throw error;
  }
}

/** [MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9: AES in ECB mode, SHA-1. */
function decryptStandard(info: Buffer, data: Buffer, password: string): Buffer | null {
  const header = info.subarray(12, 12 + info.readUInt32LE(8));
  const verifier = info.subarray(12 + header.length);
  const keyBytes = header.readUInt32LE(16) / 8;
  if (![16, 24, 32].includes(keyBytes)) return null;
  const salt = verifier.subarray(4, 4 + verifier.readUInt32LE(0));
  let hash = digest("sha1", salt, Buffer.from(password, "utf16le"));
  hash = spin("sha1", hash, STANDARD_SPINS);
  hash = digest("sha1", hash, Buffer.alloc(4));
  const pad = (byte: number) => {
    const block = Buffer.alloc(64, byte);
    for (let at = 0; at < hash.length; at++) block[at]! ^= hash[at]!;
    return digest("sha1", block);
  };
  const key = Buffer.concat([pad(0x36), pad(0x5c)]).subarray(0, keyBytes);
  const decrypt = (bytes: Buffer) => decipher(`aes-${keyBytes * 8}-ecb`, key, null, bytes);
  const expected = decrypt(verifier.subarray(40, 72)).subarray(0, 20);
  if (!digest("sha1", decrypt(verifier.subarray(20, 36))).equals(expected)) return null;
  return decrypt(data.subarray(0, data.length - (data.length % 16)));
}

/** The parameters of one kind of data in agile encryption. */
interface AgileParameters {
  readonly hash: string;
  readonly keyBytes: number;
  readonly blockBytes: number;
  readonly salt: Buffer;
}

/** [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15: AES in CBC mode, any hash. */
function decryptAgile(xml: Buffer, data: Buffer, password: string): Buffer | null {
  const reader = new XmlReader(xml);
  let packageParameters: AgileParameters | null = null;
  let keyParameters: AgileParameters | null = null;
  let spins = 0;
  let input: Buffer = Buffer.alloc(0);
  let value: Buffer = Buffer.alloc(0);
  let encryptedKey: Buffer = Buffer.alloc(0);
  while (reader.next()) {
    if (reader.event !== "start") continue;
    if (reader.name === "keyData") packageParameters = agileParameters(reader);
    if (reader.name !== "encryptedKey" || reader.attribute("spinCount") === null) continue;
    keyParameters = agileParameters(reader);
    spins = reader.integer("spinCount", -1);
    input = base64(reader, "encryptedVerifierHashInput");
    value = base64(reader, "encryptedVerifierHashValue");
    encryptedKey = base64(reader, "encryptedKeyValue");
  }
  if (!packageParameters || !keyParameters || spins < 0 || spins > MOST_SPINS) return null;
  const { hash, salt } = keyParameters;
  const base = spin(hash, digest(hash, salt, Buffer.from(password, "utf16le")), spins);
  const decrypt = (block: Buffer, bytes: Buffer) => {
    const key = fitted(digest(hash, base, block), keyParameters.keyBytes);
    return decipherCbc(keyParameters, key, salt, bytes);
  };
  const verifier = digest(hash, decrypt(VERIFIER_INPUT, input));
  if (!decrypt(VERIFIER_HASH, value).subarray(0, verifier.length).equals(verifier)) return null;
  const key = decrypt(PACKAGE_KEY, encryptedKey).subarray(0, packageParameters.keyBytes);
  const whole = data.length - (data.length % packageParameters.blockBytes);
  const pieces: Buffer[] = [];
  for (let at = 0; at < whole; at += SEGMENT_BYTES) {
    const vector = digest(packageParameters.hash, packageParameters.salt, littleEndian(at / SEGMENT_BYTES));
    const segment = data.subarray(at, Math.min(whole, at + SEGMENT_BYTES));
    pieces.push(decipherCbc(packageParameters, key, vector, segment));
  }
  return Buffer.concat(pieces);
}

/** null for ciphers other than AES in CBC mode and for unknown hashes. */
function agileParameters(xml: XmlReader): AgileParameters | null {
  const hash = HASHES.get(xml.attribute("hashAlgorithm")?.toUpperCase() ?? "");
  const keyBytes = xml.integer("keyBits", 0) / 8;
  const isCbc = xml.attribute("cipherChaining") === "ChainingModeCBC";
  if (!hash || !isCbc || xml.attribute("cipherAlgorithm") !== "AES" || ![16, 24, 32].includes(keyBytes))
    return null;
  return { hash, keyBytes, blockBytes: 16, salt: base64(xml, "saltValue") };
}

function base64(xml: XmlReader, attribute: string): Buffer {
  return Buffer.from(xml.attribute(attribute) ?? "", "base64");
}

/** Hashes again and again, each time with the number of the round in front. */
function spin(hash: string, start: Buffer, rounds: number): Buffer {
  const block = Buffer.concat([Buffer.alloc(4), start]);
  for (let round = 0; round < rounds; round++) {
    block.writeUInt32LE(round, 0);
    digest(hash, block).copy(block, 4);
  }
  return block.subarray(4);
}

function digest(hash: string, ...pieces: readonly Buffer[]): Buffer {
  const hasher = createHash(hash);
  for (const piece of pieces) hasher.update(piece);
  return hasher.digest();
}

function decipherCbc(
  { keyBytes, blockBytes }: AgileParameters,
  key: Buffer,
  vector: Buffer,
  bytes: Buffer,
): Buffer {
  return decipher(`aes-${keyBytes * 8}-cbc`, key, fitted(vector, blockBytes), bytes);
}

function decipher(algorithm: string, key: Buffer, vector: Buffer | null, bytes: Buffer): Buffer {
  const cipher = createDecipheriv(algorithm, key, vector).setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

/** The first `length` bytes; shorter ones are filled up with 0x36. */
function fitted(bytes: Buffer, length: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(length, 0x36)]).subarray(0, length);
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
