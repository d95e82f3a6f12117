// Pictures of a folder as ZIPs, put together without reading them into memory: a Blob refers to
// files on disk. Stored, not packed: pictures are packed already.

// A reader of old ZIPs counts entries with 16 bits and bytes with 32.
const MOST_ENTRIES = 30000;
const MOST_BYTES = 1e9;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** ZIPs with all of `entries` ({path, file}); `onRead` hears how many were looked through. */
async function zipAll(entries, onRead) {
  const zips = [];
  let open = null;
  for (const [index, entry] of entries.entries()) {
    if (!open || open.entries === MOST_ENTRIES || open.bytes + entry.file.size > MOST_BYTES) zips.push(open = startZip());
    await addEntry(open, entry);
    onRead(index + 1);
  }
  return zips.map(closeZip);
}

function startZip() {
  return { parts: [], directory: [], entries: 0, bytes: 0, directoryBytes: 0 };
}

async function addEntry(zip, { path, file }) {
  const name = new TextEncoder().encode(path);
  const crc = checksum(new Uint8Array(await file.arrayBuffer()));
  const common = [20, 0x0800, 0, 0, 0x21, [crc], [file.size], [file.size], name.length, 0];
  const head = fields([0x04034b50], ...common);
  const listing = fields([0x02014b50], 20, ...common, 0, 0, 0, [0], [zip.bytes]);
  zip.parts.push(head, name, file);
  zip.directory.push(listing, name);
  zip.bytes += head.length + name.length + file.size;
  zip.directoryBytes += listing.length + name.length;
  zip.entries += 1;
}

function closeZip(zip) {
  const end = fields([0x06054b50], 0, 0, zip.entries, zip.entries, [zip.directoryBytes], [zip.bytes], 0);
  return new Blob([...zip.parts, ...zip.directory, end], { type: "application/zip" });
}

/** Little-endian numbers: 16 bits each, 32 where one stands in brackets. */
function fields(...numbers) {
  const bytes = [];
  for (const number of numbers) {
    const [value, size] = Array.isArray(number) ? [number[0], 4] : [number, 2];
    for (let at = 0; at < size; at += 1) bytes.push((value >>> (8 * at)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
