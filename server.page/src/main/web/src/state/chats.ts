import { computed, signal } from "@preact/signals";
import {
  newId,
  titleOf,
  type Answer,
  type Conversation,
  type Heading,
  type Picture,
  type Question,
  type Turn,
} from "./conversation";
import {
  deleteConversation,
  readConversation,
  readHeadings,
  withHeading,
  writeConversation,
} from "./store";

const opened = signal<Record<string, Conversation>>({});

export const headings = signal<Heading[]>([]);
export const currentId = signal<string | undefined>(undefined);
/** What a person must know about the browser's storage, if anything. */
export const storageTrouble = signal<string>("");

/** The conversation that is shown; undefined for a new one. */
export const current = computed<Conversation | undefined>(() =>
  currentId.value === undefined ? undefined : opened.value[currentId.value],
);

export async function loadHeadings(): Promise<void> {
  await kept(async () => {
    headings.value = await readHeadings();
  });
}

export async function open(id: string): Promise<void> {
  if (await loaded(id)) currentId.value = id;
}

async function loaded(id: string): Promise<Conversation | undefined> {
  if (opened.value[id]) return opened.value[id];
  const read = await kept(() => readConversation(id));
  if (!read) return undefined;
  // an answer that was running when the page was closed will not go on
  const turns = read.turns.map((turn) =>
    turn.role === "assistant" && turn.state === "running"
      ? { ...turn, state: "stopped" as const }
      : turn,
  );
  opened.value = { ...opened.value, [id]: { ...read, turns } };
  return opened.value[id];
}

export function startNew() {
  currentId.value = undefined;
}

export function conversation(id: string): Conversation | undefined {
  return opened.value[id];
}

/** Adds a question to the conversation that is shown, or begins one with it; returns its id. */
export function ask(text: string, pictures: Picture[]): string {
  const question: Question = { role: "user", id: newId(), text, pictures };
  const shown = current.value;
  const next: Conversation = shown
    ? { ...shown, turns: [...shown.turns, question] }
    : { id: newId(), title: titleOf(question), updated: 0, turns: [question] };
  put(next);
  currentId.value = next.id;
  return next.id;
}

/** Puts another text into a question and drops what followed it. */
export function rewrite(id: string, turnId: string, text: string) {
  const before = conversation(id);
  const turns = upTo(id, turnId, true);
  const last = turns?.at(-1);
  if (!before || !turns || last?.role !== "user") return;
  const question = { ...last, text };
  // a chat is called after its first question until a person calls it something else
  const isNamedAfter = turns.length === 1 && before.title === titleOf(last);
  put({
    ...before,
    title: isNamedAfter ? titleOf(question) : before.title,
    turns: [...turns.slice(0, -1), question],
  });
}

/** Drops an answer and what followed it. */
export function dropFrom(id: string, turnId: string) {
  const turns = upTo(id, turnId, false);
  if (turns) change(id, turns);
}

export function addAnswer(id: string, model: string): Answer {
  const answer: Answer = {
    role: "assistant",
    id: newId(),
    model,
    text: "",
    reasoning: "",
    tools: [],
    state: "running",
  };
  change(id, [...(conversation(id)?.turns ?? []), answer]);
  return answer;
}

/** Shows an answer as it is now; keeps it once it has ended. */
export function putAnswer(id: string, answer: Answer) {
  const now = conversation(id);
  if (!now) return; // it was deleted meanwhile
  const turns = now.turns.map((turn) => (turn.id === answer.id ? answer : turn));
  if (answer.state === "running") opened.value = { ...opened.value, [id]: { ...now, turns } };
  else change(id, turns);
}

export async function rename(id: string, title: string): Promise<void> {
  const now = await loaded(id);
  if (now && title.trim()) put({ ...now, title: title.trim() }, now.updated);
}

export async function remove(id: string): Promise<void> {
  const { [id]: _, ...rest } = opened.value;
  if (currentId.value === id) startNew();
  opened.value = rest;
  headings.value = headings.value.filter((each) => each.id !== id);
  await kept(() => deleteConversation(id));
}

function upTo(id: string, turnId: string, inclusive: boolean): Turn[] | undefined {
  const turns = conversation(id)?.turns;
  const index = turns?.findIndex((turn) => turn.id === turnId) ?? -1;
  return index < 0 ? undefined : turns?.slice(0, inclusive ? index + 1 : index);
}

function change(id: string, turns: Turn[]) {
  const now = conversation(id);
  if (now) put({ ...now, turns });
}

function put(conversation: Conversation, updated = Date.now()) {
  const next = { ...conversation, updated };
  opened.value = { ...opened.value, [next.id]: next };
  headings.value = withHeading(headings.value, next);
  void kept(() => writeConversation(next));
}

/** Does something with the browser's storage; where it refuses, the page goes on and says so. */
async function kept<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (e) {
    storageTrouble.value = `This browser does not keep the chats: ${String(e)}`;
    return undefined;
  }
}
