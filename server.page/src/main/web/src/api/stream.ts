import { createParser } from "eventsource-parser";
import { ServerError, problemOf } from "./problem";

/** A chunk of a streamed chat completion, as far as the page reads it. */
export interface Chunk {
  choices?: { delta?: Delta; finish_reason?: string | null }[];
  usage?: Usage | null;
}

export interface Delta {
  content?: string | null;
  reasoning_content?: string | null;
  tool_calls?: ToolDelta[];
}

export interface ToolDelta {
  index: number;
  id?: string;
  function?: { name?: string; arguments?: string };
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number };
}

function parsed(event: string): unknown {
  try {
    return JSON.parse(event);
  } catch {
    throw new ServerError({
      message: `The stream has an event that is no JSON: ${event.slice(0, 100)}`,
      code: "bad_event",
    });
  }
}

/**
 * Reads the chunks of a streamed answer until its end. Throws ServerError where an error is in the
 * stream, or where the stream ends without its last event.
 */
export async function readChunks(response: Response, take: (chunk: Chunk) => void): Promise<void> {
  if (!response.body)
    throw new ServerError({ message: "The answer has no body.", code: "no_body" });
  let complete = false;
  const parser = createParser({
    onEvent(event) {
      if (event.data === "[DONE]") {
        complete = true;
        return;
      }
      const data = parsed(event.data);
      const problem = problemOf(data);
      if (problem) {
        const requestId = response.headers.get("X-Request-Id");
        throw new ServerError({ ...problem, ...(requestId && { requestId }) });
      }
      take(data as Chunk);
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(value);
    }
  } finally {
    await reader.cancel().catch(() => {}); // of a broken stream there is nothing left to cancel
  }
  if (!complete) {
    throw new ServerError({
      message: "The connection ended before the answer was complete.",
      code: "connection_lost",
    });
  }
}
