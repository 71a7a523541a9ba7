import { Pencil, Trash2 } from "lucide";
import { useRef, useState } from "preact/hooks";
import { running, stop } from "../state/answering";
import { currentId, headings, open, remove, rename } from "../state/chats";
import type { Heading } from "../state/conversation";
import { chatsOpen, narrow } from "../state/layout";
import { focusWhenShown } from "./focus";
import { IconButton } from "./Icon";

/** The conversations of this browser, the last one first. */
export function ChatList() {
  if (headings.value.length === 0) {
    return <p class="note empty-list">Chats are kept in this browser and nowhere else.</p>;
  }
  return (
    <ul class="chat-list">
      {headings.value.map((heading) => (
        <Entry key={heading.id} heading={heading} />
      ))}
    </ul>
  );
}

function Entry({ heading: { id, title } }: { heading: Heading }) {
  const [mode, setMode] = useState<"shown" | "renaming" | "deleting">("shown");
  if (mode === "renaming") {
    return (
      <li>
        <Rename title={title} onDone={(to) => (to && void rename(id, to), setMode("shown"))} />
      </li>
    );
  }
  if (mode === "deleting") {
    return (
      <li class="confirm">
        <span>Delete this chat?</span>
        <button type="button" class="danger" onClick={() => (stop(id), void remove(id))}>
          Delete
        </button>
        <button type="button" onClick={() => setMode("shown")} ref={focusWhenShown}>
          Keep
        </button>
      </li>
    );
  }
  const show = async () => {
    await open(id);
    if (narrow.value) chatsOpen.value = false;
  };
  return (
    <li class={id === currentId.value ? "current" : ""}>
      <button
        type="button"
        class="chat-title"
        aria-current={id === currentId.value ? "true" : undefined}
        onClick={show}
      >
        {running.value[id] && <span class="pulse" aria-label="answering" role="img" />}
        <span class="clip">{title}</span>
      </button>
      <span class="entry-actions">
        <IconButton icon={Pencil} label={`Rename “${title}”`} onClick={() => setMode("renaming")} />
        <IconButton icon={Trash2} label={`Delete “${title}”`} onClick={() => setMode("deleting")} />
      </span>
    </li>
  );
}

function Rename({ title, onDone }: { title: string; onDone: (title?: string) => void }) {
  const [text, setText] = useState(title);
  const isDone = useRef(false);
  const end = (to?: string) => {
    // the field also loses the focus when it goes away
    if (!isDone.current) onDone(to);
    isDone.current = true;
  };
  return (
    <input
      type="text"
      class="rename"
      aria-label="Name of the chat"
      value={text}
      ref={focusWhenShown}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={() => end(text)}
      onKeyDown={(event) => {
        if (event.key === "Enter") end(text);
        if (event.key === "Escape") {
          event.stopPropagation();
          end();
        }
      }}
    />
  );
}
