import { ImagePlus } from "lucide";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { announcement, stop } from "../state/answering";
import { currentId } from "../state/chats";
import { addPictures } from "../state/draft";
import { chatsOpen, closePanels, isCovered, settingsOpen } from "../state/layout";
import { keyWanted, refreshModels } from "../state/models";
import { imageFiles } from "../state/pictures";
import { Chat } from "./Chat";
import { Composer } from "./Composer";
import { Icon } from "./Icon";
import { KeyDialog } from "./KeyDialog";
import { SettingsPanel } from "./SettingsPanel";
import { Sidebar } from "./Sidebar";
import { TopBar } from "./TopBar";

export function App() {
  const dragging = useSignal(false);
  useEffect(() => listen(dragging), []);
  return (
    <div
      class={`app ${chatsOpen.value ? "with-chats" : ""} ${settingsOpen.value ? "with-settings" : ""}`}
    >
      <Sidebar />
      <main inert={isCovered()}>
        <TopBar />
        <Chat />
        <Composer />
      </main>
      <SettingsPanel />
      {isCovered() && <div class="backdrop" onClick={closePanels} />}
      {dragging.value && (
        <div class="drop">
          <Icon of={ImagePlus} size={32} />
          Drop the images here
        </div>
      )}
      {keyWanted.value !== undefined && <KeyDialog />}
      <p class="off-screen" role="status">
        {announcement.value}
      </p>
    </div>
  );
}

/** What the page does wherever the focus is; returns what undoes it. */
function listen(dragging: { value: boolean }) {
  const abort = new AbortController();
  const on = <K extends keyof WindowEventMap>(type: K, take: (event: WindowEventMap[K]) => void) =>
    window.addEventListener(type, take, { signal: abort.signal });
  on("keydown", (event) => {
    // an open dialog closes by itself
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    if (isCovered()) closePanels();
    else stop(currentId.value);
  });
  on("paste", (event) => {
    const files = imageFiles(event.clipboardData);
    if (files.length > 0) {
      event.preventDefault();
      void addPictures(files);
    }
  });
  on("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // else the browser opens what is dropped
    dragging.value = true;
  });
  on("dragleave", (event) => {
    if (event.relatedTarget === null) dragging.value = false;
  });
  on("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    dragging.value = false;
    void addPictures([...event.dataTransfer.files]);
  });
  on("focus", () => void refreshModels());
  return () => abort.abort();
}
