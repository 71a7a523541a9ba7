import { ArrowDown } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { running } from "../state/answering";
import { current } from "../state/chats";
import { AnswerView } from "./AnswerView";
import { IconButton } from "./Icon";
import { QuestionView } from "./QuestionView";
import { Welcome } from "./Welcome";

const NEAR_END = 80;

/** The conversation that is shown. It follows a growing answer unless a person scrolled away. */
export function Chat() {
  const scroller = useRef<HTMLDivElement>(null);
  const column = useRef<HTMLDivElement>(null);
  const follows = useSignal(true);
  const chat = current.value;
  const toEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  useEffect(() => {
    follows.value = true;
    toEnd();
  }, [chat?.id, chat?.turns.length]);
  useEffect(() => {
    if (follows.value) toEnd();
  }, [chat]);
  useEffect(() => {
    // pictures that arrive and panels that open change the height too
    const observer = new ResizeObserver(() => follows.value && toEnd());
    if (column.current) observer.observe(column.current);
    return () => observer.disconnect();
  }, [chat?.id]);
  const onScroll = () => {
    const element = scroller.current;
    if (element) {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight;
      follows.value = left < NEAR_END;
    }
  };
  if (!chat) return <Welcome />;
  const busy = running.value[chat.id] !== undefined;
  return (
    <div class="chat">
      <div
        class="scroller"
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="region"
        aria-label="Conversation"
      >
        <div class="column" ref={column}>
          <h1 class="off-screen">{chat.title}</h1>
          {chat.turns.map((turn) =>
            turn.role === "user" ? (
              <QuestionView key={turn.id} chat={chat.id} question={turn} busy={busy} />
            ) : (
              <AnswerView key={turn.id} chat={chat.id} answer={turn} busy={busy} />
            ),
          )}
        </div>
      </div>
      {!follows.value && (
        <IconButton icon={ArrowDown} label="To the end" class="to-end" onClick={toEnd} />
      )}
    </div>
  );
}
