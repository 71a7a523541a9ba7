import { ArrowUp, Camera, ImagePlus, Square } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { answer, running, stop } from "../state/answering";
import { ask, currentId } from "../state/chats";
import {
  addPictures,
  clearDraft,
  draft,
  isReading,
  pictures,
  pictureTrouble,
  removePicture,
} from "../state/draft";
import { touch } from "../state/layout";
import { imagesAllowed, model } from "../state/models";
import { IconButton } from "./Icon";
import { Thumbnails } from "./Thumbnails";

const MAX_HEIGHT = 220;

/** Where a message is written. */
export function Composer() {
  const area = useRef<HTMLTextAreaElement>(null);
  const id = currentId.value;
  const isRunning = id !== undefined && running.value[id] !== undefined;
  const isEmpty = !draft.value.trim() && pictures.value.length === 0;
  const canSend = !isRunning && !isEmpty && !isReading.value && model.value !== undefined;

  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, MAX_HEIGHT)}px`;
  }, [draft.value]);

  const send = () => {
    if (!canSend) return;
    const into = ask(draft.value.trim(), pictures.value);
    clearDraft();
    void answer(into);
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // on a touch screen Enter begins a line, and while characters are composed it ends them
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch.matches) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {pictureTrouble.value && (
        <p class="note trouble" role="alert">
          {pictureTrouble.value}
        </p>
      )}
      <div class="box">
        <Thumbnails pictures={pictures.value} onRemove={removePicture} />
        <label class="off-screen" for="message">
          Message
        </label>
        <textarea
          id="message"
          ref={area}
          rows={1}
          placeholder={imagesAllowed.value ? "Ask about text or a picture" : "Ask something"}
          value={draft.value}
          onInput={(event) => (draft.value = event.currentTarget.value)}
          onKeyDown={onKeyDown}
          enterkeyhint={touch.matches ? "enter" : "send"}
        />
        <div class="composer-actions">
          {imagesAllowed.value && <PictureButtons />}
          <span class="keys note">
            <kbd>Enter</kbd> sends, <kbd>Shift Enter</kbd> begins a line
          </span>
          {isRunning ? (
            <IconButton icon={Square} label="Stop" class="send stop" onClick={() => stop(id)} />
          ) : (
            <IconButton
              icon={ArrowUp}
              label="Send"
              class="send"
              disabled={!canSend}
              onClick={send}
            />
          )}
        </div>
      </div>
    </form>
  );
}

function PictureButtons() {
  const files = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const take = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    void addPictures([...(currentTarget.files ?? [])]);
    currentTarget.value = ""; // the same file can be chosen again
  };
  return (
    <>
      <input
        ref={files}
        type="file"
        accept="image/*"
        multiple
        hidden
        aria-label="Image files"
        onChange={take}
      />
      <IconButton icon={ImagePlus} label="Add images" onClick={() => files.current?.click()} />
      {touch.matches && (
        <>
          <input
            ref={camera}
            type="file"
            accept="image/*"
            capture="environment"
            hidden
            aria-label="Photo"
            onChange={take}
          />
          <IconButton icon={Camera} label="Take a photo" onClick={() => camera.current?.click()} />
        </>
      )}
    </>
  );
}
