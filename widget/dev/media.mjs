/** The pictures of the mock server: kept in memory, given back by their number; development only. */

import { randomUUID } from "node:crypto";

const kept = new Map();

/** Keeps what is sent, whatever it is; refuses a name with 打不开 in it, as the door refuses a broken picture. */
export async function keepMedia(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const bytes = Buffer.concat(parts);
  const name = decodeURIComponent(request.headers["x-file-name"] ?? "");
  if (name.includes("打不开")) return { status: 415, body: { type: "about:blank", title: "media.broken", status: 415, code: "media.broken", detail: "" } };
  const mime = "image/png";
  const media = { kind: "image", media_id: randomUUID(), name, mime, size: bytes.length, text: "" };
  kept.set(media.media_id, { ...media, bytes });
  return { status: 201, body: media };
}

/** Gives a kept picture, or nothing. */
export function readMedia(mediaId) {
  return kept.get(mediaId);
}

/** What a line of the conversation says of a picture. */
export function attachmentOf(mediaId) {
  const { bytes: _bytes, ...attachment } = kept.get(mediaId) ?? { kind: "image", media_id: mediaId, name: "", mime: "", size: 0, text: "" };
  return attachment;
}
