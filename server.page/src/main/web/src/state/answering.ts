import { signal } from "@preact/signals";
import { problemOfException } from "../api/problem";
import { isAbort, startChat } from "../api/server";
import { readChunks, type Chunk, type ToolDelta } from "../api/stream";
import { addAnswer, conversation, putAnswer } from "./chats";
import { messagesOf, type Answer, type Figures, type ToolCall } from "./conversation";
import { apiKey, isKeyProblem, keyWanted, model } from "./models";
import { requestFields, settings } from "./settings";

// As often as this the text on the screen is brought up to date: a screen shows no more, and
// animation frames would stop while the page is in the background.
const SHOW_MS = 40;
/** Tokens that came in less time than this came together: they tell no rate. */
const MIN_SECONDS = 0.01;

/** What ends the running answers, by conversation. */
export const running = signal<Record<string, AbortController>>({});
/** Told to screen readers: the text itself would be read out piece by piece. */
export const announcement = signal("");

export function stop(id: string | undefined) {
  if (id !== undefined) running.value[id]?.abort();
}

/** Has the model answer a conversation that ends with a question. */
export async function answer(id: string): Promise<void> {
  const chosen = model.value;
  const turns = conversation(id)?.turns;
  if (!turns || running.value[id]) return;
  const abort = new AbortController();
  running.value = { ...running.value, [id]: abort };
  announcement.value = "The model is answering.";
  const body = {
    ...(chosen && { model: chosen.id }),
    messages: messagesOf(turns, settings.value.systemPrompt),
    stream: true,
    stream_options: { include_usage: true },
    ...requestFields(),
  };
  const progress = new Progress(addAnswer(id, chosen?.id ?? ""));
  let shown = progress.answer;
  const shower = setInterval(() => {
    if (shown !== progress.answer) putAnswer(id, (shown = progress.answer));
  }, SHOW_MS);
  try {
    const response = await startChat(body, apiKey.value, abort.signal);
    await readChunks(response, (chunk) => progress.take(chunk));
    progress.end("done");
  } catch (e) {
    if (isAbort(e) || abort.signal.aborted) progress.end("stopped");
    else progress.fail(e);
    if (isKeyProblem(e)) keyWanted.value = problemOfException(e).message;
  } finally {
    clearInterval(shower);
    const { [id]: _, ...rest } = running.value;
    running.value = rest;
    putAnswer(id, progress.answer);
    announcement.value = spoken(progress.answer);
  }
}

function spoken(answer: Answer): string {
  if (answer.state === "failed") return `Error: ${answer.problem?.message}`;
  return answer.state === "stopped" ? "The answer was stopped." : "The answer is complete.";
}

/** An answer that grows by the chunks of its stream. */
class Progress {
  answer: Answer;
  private readonly started = performance.now();
  private first: number | undefined;
  private last = 0;

  constructor(answer: Answer) {
    this.answer = answer;
  }

  take({ choices, usage }: Chunk) {
    const choice = choices?.[0];
    const { content, reasoning_content, tool_calls } = choice?.delta ?? {};
    if (content || reasoning_content || tool_calls) {
      this.last = performance.now();
      this.first ??= this.last;
    }
    this.answer = {
      ...this.answer,
      text: this.answer.text + (content ?? ""),
      reasoning: this.answer.reasoning + (reasoning_content ?? ""),
      tools: tool_calls ? withDeltas(this.answer.tools, tool_calls) : this.answer.tools,
      ...(choice?.finish_reason && { finish: choice.finish_reason }),
      figures: this.figures(usage?.completion_tokens, usage?.prompt_tokens),
    };
  }

  end(state: "done" | "stopped") {
    this.answer = { ...this.answer, state };
    if (state === "stopped") this.answer.figures = this.figures();
  }

  fail(e: unknown) {
    this.answer = { ...this.answer, state: "failed", problem: problemOfException(e) };
  }

  private figures(tokens?: number, promptTokens?: number): Figures {
    const seconds = this.first === undefined ? 0 : (this.last - this.first) / 1000;
    return {
      total: (performance.now() - this.started) / 1000,
      ...(this.first !== undefined && { firstToken: (this.first - this.started) / 1000 }),
      ...(tokens !== undefined && { tokens }),
      ...(promptTokens !== undefined && { promptTokens }),
      ...(tokens !== undefined && seconds >= MIN_SECONDS && { rate: (tokens - 1) / seconds }),
    };
  }
}

function withDeltas(tools: ToolCall[], deltas: ToolDelta[]): ToolCall[] {
  const result = [...tools];
  for (const { index, function: called } of deltas) {
    const before = result[index] ?? { name: "", arguments: "" };
    result[index] = {
      name: before.name + (called?.name ?? ""),
      arguments: before.arguments + (called?.arguments ?? ""),
    };
  }
  return result;
}
