import { newId, type Picture } from "./conversation";

/** Longest side of a picture that is sent as it is, in pixels. */
const MAX_SIDE = 4096;
/** Largest file that is sent as it is. */
const MAX_BYTES = 10 * 1024 * 1024;
const JPEG_QUALITY = 0.92;
/** What the server reads. */
const SENT_AS_IS = new Set(["image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp"]);

/**
 * Makes a picture of a file. A picture that is too large is scaled down, one in a format that the
 * server does not read is written anew; its note says so.
 */
export async function pictureOf(file: File): Promise<Picture> {
  const bitmap = await decoded(file);
  try {
    const { width, height } = bitmap;
    const large = Math.max(width, height) > MAX_SIDE || file.size > MAX_BYTES;
    const name = file.name || "pasted image";
    const id = newId();
    if (!large && SENT_AS_IS.has(file.type)) {
      return { id, name, url: await dataUrl(file), width, height };
    }
    const scale = large ? Math.min(1, MAX_SIDE / Math.max(width, height)) : 1;
    const scaled = (side: number) => Math.max(1, Math.round(side * scale));
    const size = { width: scaled(width), height: scaled(height) };
    const type = large ? "image/jpeg" : "image/png";
    const url = await dataUrl(await redrawn(bitmap, size, type));
    const format = type === "image/jpeg" ? "JPEG" : "PNG";
    const note =
      scale < 1
        ? `Scaled down from ${width} × ${height} to ${size.width} × ${size.height}`
        : `Sent as ${format}`;
    return { id, name, url, ...size, note };
  } finally {
    bitmap.close();
  }
}

/** The images among files that were pasted or dropped. */
export function imageFiles(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

async function decoded(file: File): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Error(`“${file.name}” is not a picture that this browser can read.`);
  }
}

async function redrawn(
  bitmap: ImageBitmap,
  { width, height }: { width: number; height: number },
  type: string,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot scale pictures.");
  if (type === "image/jpeg") {
    context.fillStyle = "#fff"; // JPEG has no transparency
    context.fillRect(0, 0, width, height);
  }
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas.convertToBlob({ type, quality: JPEG_QUALITY });
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
