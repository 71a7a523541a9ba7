import type { Problem } from "../api/problem";

/** A picture of a message, with the data URL that is sent. */
export interface Picture {
  id: string;
  name: string;
  url: string;
  width: number;
  height: number;
  /** What was done to the file, if anything. */
  note?: string;
}

export interface Question {
  role: "user";
  id: string;
  text: string;
  pictures: Picture[];
}

export interface ToolCall {
  name: string;
  arguments: string;
}

/** How fast an answer came: seconds as measured here, tokens as counted by the server. */
export interface Figures {
  firstToken?: number;
  total: number;
  tokens?: number;
  promptTokens?: number;
  /** Tokens after the first one over the time since the first one. */
  rate?: number;
}

export interface Answer {
  role: "assistant";
  id: string;
  model: string;
  text: string;
  reasoning: string;
  tools: ToolCall[];
  state: "running" | "done" | "stopped" | "failed";
  finish?: string;
  problem?: Problem;
  figures?: Figures;
}

export type Turn = Question | Answer;

/** What the list of conversations shows. */
export interface Heading {
  id: string;
  title: string;
  updated: number;
}

export interface Conversation extends Heading {
  turns: Turn[];
}

const TITLE_LENGTH = 60;

export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/]/g, "-");
}

/** A title for a conversation that begins with a question. */
export function titleOf(question: Question): string {
  const line = question.text.replace(/\s+/g, " ").trim();
  if (!line) return question.pictures[0]?.name ?? "New chat";
  return line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH - 1).trimEnd()}…` : line;
}

/**
 * The conversation as messages of OpenAI's protocol. A question that got no text for an answer is
 * left out with it, because many templates want questions and answers to alternate.
 */
export function messagesOf(turns: Turn[], systemPrompt: string): object[] {
  const system = systemPrompt.trim();
  const messages: object[] = system ? [{ role: "system", content: system }] : [];
  turns.forEach((turn, index) => {
    if (turn.role === "assistant") {
      if (turn.text) messages.push({ role: "assistant", content: turn.text });
      return;
    }
    const next = turns[index + 1];
    const isUnanswered = next !== undefined && (next.role === "user" || !next.text);
    if (!isUnanswered) messages.push({ role: "user", content: contentOf(turn) });
  });
  return messages;
}

function contentOf({ text, pictures }: Question): string | object[] {
  if (pictures.length === 0) return text;
  return [
    ...pictures.map(({ url }) => ({ type: "image_url", image_url: { url } })),
    ...(text ? [{ type: "text", text }] : []),
  ];
}
