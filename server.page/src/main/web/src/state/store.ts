import { createStore, del, get, set, update } from "idb-keyval";
import type { Conversation, Heading } from "./conversation";

// Conversations are kept in the browser's IndexedDB and nowhere else: pictures do not fit into
// localStorage. The list has an entry of its own, so that opening the page reads no pictures.
const store = createStore("lmdeploy-chats", "chats");
const LIST = "list";

let last: Promise<unknown> = Promise.resolve();

/** One change after the other: what is deleted must not come back by a change that began before. */
function inOrder(change: () => Promise<void>): Promise<void> {
  const next = last.then(change);
  last = next.catch(() => {}); // told to whoever asked for the change
  return next;
}

export async function readHeadings(): Promise<Heading[]> {
  return (await get<Heading[]>(LIST, store)) ?? [];
}

export function readConversation(id: string): Promise<Conversation | undefined> {
  return get<Conversation>(key(id), store);
}

/** Keeps a conversation. */
export function writeConversation(conversation: Conversation): Promise<void> {
  return inOrder(async () => {
    await set(key(conversation.id), conversation, store);
    await update<Heading[]>(LIST, (list = []) => withHeading(list, conversation), store);
  });
}

export function deleteConversation(id: string): Promise<void> {
  return inOrder(async () => {
    await update<Heading[]>(LIST, (list = []) => list.filter((each) => each.id !== id), store);
    await del(key(id), store);
  });
}

/** The list with a conversation in its place, the last one that changed first. */
export function withHeading(list: Heading[], { id, title, updated }: Heading): Heading[] {
  const others = list.filter((each) => each.id !== id);
  return [{ id, title, updated }, ...others].sort((a, b) => b.updated - a.updated);
}

function key(id: string): string {
  return `chat:${id}`;
}
