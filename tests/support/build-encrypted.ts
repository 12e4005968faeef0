/** Encrypted workbooks for tests: an archive in, the compound file that Excel would write around it out. */

import { createCipheriv, createHash } from "node:crypto";

const SECTOR = 512;
const FREE = 0xffffffff;
const END = 0xfffffffe;

/** A compound file ([MS-CFB]) of streams. Those of less than 4,096 bytes lie in the root's own stream. */
export function compoundFile(streams: Readonly<Record<string, Uint8Array>>): Buffer {
  const table: number[] = [];
  const sectors: Buffer[] = [];
  /** Adds a chain of sectors and returns its first. */
  const place = (bytes: Uint8Array): number => {
    if (bytes.length === 0) return END;
    const first = sectors.length;
    const count = Math.ceil(bytes.length / SECTOR);
    for (let i = 0; i < count; i++) {
      const sector = Buffer.alloc(SECTOR);
      sector.set(bytes.subarray(i * SECTOR, (i + 1) * SECTOR));
      sectors.push(sector);
      table.push(i === count - 1 ? END : first + i + 1);
    }
    return first;
  };
  const smallTable: number[] = [];
  const small: Buffer[] = [];
  const placed = Object.entries(streams).map(([name, bytes]) => {
    if (bytes.length >= 4096) return { name, size: bytes.length, start: place(bytes) };
    const start = smallTable.length;
    const count = Math.ceil(bytes.length / 64);
    for (let i = 0; i < count; i++) smallTable.push(i === count - 1 ? END : start + i + 1);
    small.push(Buffer.concat([bytes, Buffer.alloc(count * 64 - bytes.length)]));
    return { name, size: bytes.length, start };
  });
  const smallStream = Buffer.concat(small);
  const root = { name: "Root Entry", size: smallStream.length, start: place(smallStream) };
  const directory = place(
    Buffer.concat([root, ...placed].map((each, index) => directoryEntry(each, index === 0 ? 5 : 2))),
  );
  const smallTableStart = place(words(smallTable));
  const tableStart = sectors.length;
  const tableSectors = Math.ceil((sectors.length + 1) / (SECTOR / 4 - 1));
  for (let i = 0; i < tableSectors; i++) table.push(0xfffffffd);
  const header = Buffer.alloc(SECTOR);
  header.write("d0cf11e0a1b11ae1", 0, "hex");
  header.writeUInt16LE(0x3e, 24);
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(tableSectors, 44);
  header.writeUInt32LE(directory, 48);
  header.writeUInt32LE(4096, 56);
  header.writeUInt32LE(smallTableStart, 60);
  header.writeUInt32LE(Math.ceil((smallTable.length * 4) / SECTOR), 64);
  header.writeUInt32LE(END, 68);
  for (let i = 0; i < 109; i++) header.writeUInt32LE(i < tableSectors ? tableStart + i : FREE, 76 + i * 4);
  const tableBytes = Buffer.alloc(tableSectors * SECTOR, 0xff);
  tableBytes.set(words(table));
  return Buffer.concat([header, ...sectors, tableBytes]);
}

function directoryEntry(
  { name, size, start }: { name: string; size: number; start: number },
  type: number,
): Buffer {
  const entry = Buffer.alloc(128);
  entry.write(name, 0, "utf16le");
  entry.writeUInt16LE(name.length * 2 + 2, 64);
  entry[66] = type;
  entry.writeUInt32LE(start, 116);
  entry.writeUInt32LE(size, 120);
  return entry;
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, i * 4);
  return bytes;
}

const digest = (hash: string, ...pieces: Uint8Array[]): Buffer =>
  pieces.reduce((hasher, piece) => hasher.update(piece), createHash(hash)).digest();

const encrypt = (algorithm: string, key: Buffer, vector: Buffer | null, bytes: Buffer): Buffer => {
  const padded = Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);
  const cipher = createCipheriv(algorithm, key, vector).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]);
};

const sized = (archive: Uint8Array, encrypted: Buffer): Buffer => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(archive.length));
  return Buffer.concat([size, encrypted]);
};

const SALT = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");

function spun(hash: string, password: string, spins: number): Buffer {
  let value = digest(hash, SALT, Buffer.from(password, "utf16le"));
  for (let i = 0; i < spins; i++) value = digest(hash, words([i]), value);
  return value;
}

/** Standard encryption ([MS-OFFCRYPTO] 2.3.4.5), as Excel 2007 writes it. */
export function encryptStandard(archive: Uint8Array, password: string): Buffer {
  const keyBits = 128;
  const hash = digest("sha1", spun("sha1", password, 50_000), words([0]));
  const block = Buffer.alloc(64, 0x36);
  for (let i = 0; i < hash.length; i++) block[i]! ^= hash[i]!;
  const key = digest("sha1", block).subarray(0, keyBits / 8);
  const ecb = (bytes: Buffer) => encrypt("aes-128-ecb", key, null, bytes);
  const verifier = Buffer.from("a verifier, 16 b");
  const provider = Buffer.from("Microsoft Enhanced RSA and AES Cryptographic Provider\0", "utf16le");
  const header = Buffer.concat([words([0x24, 0, 0x660e, 0x8004, keyBits, 0x18, 0, 0]), provider]);
  const info = Buffer.concat([
    words([0x0002_0003, 0x24, header.length]),
    header,
    words([16]),
    SALT,
    ecb(verifier),
    words([20]),
    ecb(digest("sha1", verifier)),
  ]);
  return compoundFile({ EncryptionInfo: info, EncryptedPackage: sized(archive, ecb(Buffer.from(archive))) });
}

/** Agile encryption ([MS-OFFCRYPTO] 2.3.4.10), as newer versions write it. */
export function encryptAgile(
  archive: Uint8Array,
  password: string,
  options: { hash?: string; keyBits?: number; spins?: number; claimedSpins?: number } = {},
): Buffer {
  const { hash = "sha512", keyBits = 256, spins = 1000, claimedSpins = spins } = options;
  const base = spun(hash, password, spins);
  const fit = (bytes: Buffer, length: number) =>
    Buffer.concat([bytes, Buffer.alloc(length, 0x36)]).subarray(0, length);
  const cbc = (key: Buffer, vector: Buffer, bytes: Buffer) =>
    encrypt(`aes-${keyBits}-cbc`, key, fit(vector, 16), bytes);
  const wrap = (block: string, bytes: Buffer) =>
    cbc(fit(digest(hash, base, Buffer.from(block, "hex")), keyBits / 8), SALT, bytes).toString("base64");
  const verifier = Buffer.from("a verifier, 16 b");
  const key = digest("sha512", Buffer.from("the key of the package")).subarray(0, keyBits / 8);
  const pieces: Buffer[] = [];
  for (let at = 0; at < archive.length; at += 4096) {
    const vector = digest(hash, SALT, words([at / 4096]));
    pieces.push(cbc(key, vector, Buffer.from(archive.subarray(at, at + 4096))));
  }
  const parameters = `saltSize="16" blockSize="16" keyBits="${keyBits}" hashSize="${digest(hash).length}" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="${hash.toUpperCase()}" saltValue="${SALT.toString("base64")}"`;
  const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData ${parameters}/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="${claimedSpins}" ${parameters} encryptedVerifierHashInput="${wrap("fea7d2763b4b9e79", verifier)}" encryptedVerifierHashValue="${wrap("d7aa0f6d3061344e", digest(hash, verifier))}" encryptedKeyValue="${wrap("146e0be7abacd0d6", key)}"/></keyEncryptor></keyEncryptors></encryption>`;
  const info = Buffer.concat([words([0x0004_0004, 0x40]), Buffer.from(xml)]);
  return compoundFile({ EncryptionInfo: info, EncryptedPackage: sized(archive, Buffer.concat(pieces)) });
}
