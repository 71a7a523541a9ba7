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

/** The conversation as messages of OpenAI's protocol. Failed and empty answers are left out. */
export function messagesOf(turns: Turn[], systemPrompt: string): object[] {
  const system = systemPrompt.trim();
  return [
    ...(system ? [{ role: "system", content: system }] : []),
    ...turns.flatMap((turn) => {
      if (turn.role === "user") return [{ role: "user", content: contentOf(turn) }];
      return turn.text ? [{ role: "assistant", content: turn.text }] : [];
    }),
  ];
}

function contentOf({ text, pictures }: Question): string | object[] {
  if (pictures.length === 0) return text;
  return [
    ...pictures.map(({ url }) => ({ type: "image_url", image_url: { url } })),
    ...(text ? [{ type: "text", text }] : []),
  ];
}
