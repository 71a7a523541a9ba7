import { createStore, del, get, set, update } from "idb-keyval";
import type { Conversation, Heading } from "./conversation";

// Conversations are kept in the browser's IndexedDB and nowhere else: pictures do not fit into
// localStorage. The list has an entry of its own, so that opening the page reads no pictures.
const store = createStore("lmdeploy-chats", "chats");
const LIST = "list";

export async function readHeadings(): Promise<Heading[]> {
  return (await get<Heading[]>(LIST, store)) ?? [];
}

export function readConversation(id: string): Promise<Conversation | undefined> {
  return get<Conversation>(key(id), store);
}

/** Keeps a conversation, at the top of the list. */
export async function writeConversation(conversation: Conversation): Promise<void> {
  await set(key(conversation.id), conversation, store);
  const { id, title, updated } = conversation;
  await update<Heading[]>(
    LIST,
    (list = []) =>
      [{ id, title, updated }, ...list.filter((each) => each.id !== id)].sort(
        (a, b) => b.updated - a.updated,
      ),
    store,
  );
}

export async function deleteConversation(id: string): Promise<void> {
  await update<Heading[]>(LIST, (list = []) => list.filter((each) => each.id !== id), store);
  await del(key(id), store);
}

function key(id: string): string {
  return `chat:${id}`;
}
