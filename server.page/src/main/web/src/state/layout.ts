import { effect, signal } from "@preact/signals";

/** Whether fingers point, which neither paste nor drop. */
export const touch = matchMedia("(pointer: coarse)");

const NARROW = matchMedia("(max-width: 820px)");

/** Whether side panels lie over the chat instead of beside it. */
export const narrow = signal(NARROW.matches);
export const chatsOpen = signal(!NARROW.matches);
export const settingsOpen = signal(false);

NARROW.addEventListener("change", () => {
  narrow.value = NARROW.matches;
  chatsOpen.value = !NARROW.matches;
  settingsOpen.value = false;
});

// over the chat there is room for one
effect(() => {
  if (narrow.value && settingsOpen.value) chatsOpen.value = false;
});

/** Whether a panel covers the chat. */
export function isCovered(): boolean {
  return narrow.value && (chatsOpen.value || settingsOpen.value);
}

export function closePanels() {
  settingsOpen.value = false;
  if (narrow.value) chatsOpen.value = false;
}
