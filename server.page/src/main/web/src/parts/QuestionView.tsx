import { Pencil } from "lucide";
import { useState } from "preact/hooks";
import { answer } from "../state/answering";
import { rewrite } from "../state/chats";
import type { Question } from "../state/conversation";
import { focusWhenShown } from "./focus";
import { CopyButton } from "./CopyButton";
import { IconButton } from "./Icon";
import { Thumbnails } from "./Thumbnails";

interface Props {
  chat: string;
  question: Question;
  busy: boolean;
}

export function QuestionView({ chat, question, busy }: Props) {
  const [editing, setEditing] = useState(false);
  return (
    <article class="turn question" aria-label="You">
      <Thumbnails pictures={question.pictures} />
      {editing ? (
        <Editor chat={chat} question={question} onDone={() => setEditing(false)} />
      ) : (
        question.text && <div class="bubble">{question.text}</div>
      )}
      {!editing && (
        <div class="turn-actions">
          {question.text && <CopyButton text={question.text} label="Copy the message" />}
          <IconButton
            icon={Pencil}
            label="Edit the message"
            disabled={busy}
            onClick={() => setEditing(true)}
          />
        </div>
      )}
    </article>
  );
}

function Editor({
  chat,
  question,
  onDone,
}: {
  chat: string;
  question: Question;
  onDone: () => void;
}) {
  const [text, setText] = useState(question.text);
  const isEmpty = !text.trim() && question.pictures.length === 0;
  const send = () => {
    if (isEmpty) return;
    onDone();
    rewrite(chat, question.id, text.trim());
    void answer(chat);
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        aria-label="Edit the message"
        rows={Math.min(10, text.split("\n").length + 1)}
        value={text}
        ref={focusWhenShown}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            onDone();
          }
          if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            send();
          }
        }}
      />
      <div class="row end">
        <span class="note grow">What follows is answered again.</span>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
        <button type="submit" class="primary" disabled={isEmpty}>
          Send
        </button>
      </div>
    </form>
  );
}
