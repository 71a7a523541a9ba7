import { signal } from "@preact/signals";
import type { Picture } from "./conversation";
import { imagesAllowed, model } from "./models";
import { pictureOf } from "./pictures";

/** What is being written. */
export const draft = signal("");
export const pictures = signal<Picture[]>([]);
/** What is wrong with the pictures that were chosen. */
export const pictureTrouble = signal("");
export const isReading = signal(false);

/** Adds pictures to the message that is being written. */
export async function addPictures(files: File[]): Promise<void> {
  if (files.length === 0) return;
  if (!imagesAllowed.value) {
    pictureTrouble.value = `${model.value?.id ?? "This model"} takes text only; choose a model that takes images.`;
    return;
  }
  pictureTrouble.value = "";
  isReading.value = true;
  for (const file of files) {
    try {
      const picture = await pictureOf(file);
      pictures.value = [...pictures.value, picture];
    } catch (e) {
      pictureTrouble.value = e instanceof Error ? e.message : String(e);
    }
  }
  isReading.value = false;
}

export function removePicture(id: string) {
  pictures.value = pictures.value.filter((picture) => picture.id !== id);
}

export function clearDraft() {
  draft.value = "";
  pictures.value = [];
  pictureTrouble.value = "";
}
