/** What went wrong with a request, as the server says it or, where it says nothing, as it looks from here. */
export interface Problem {
  message: string;
  code: string;
  param?: string;
  status?: number;
  requestId?: string;
}

export class ServerError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

interface ErrorBody {
  error?: { message?: string; code?: string | null; type?: string; param?: string | null };
}

/** The problem in an error object of OpenAI's form; undefined if it is none. */
export function problemOf(body: unknown, response?: Response): Problem | undefined {
  const error = (body as ErrorBody | null)?.error;
  if (typeof error?.message !== "string") return undefined;
  const requestId = response?.headers.get("X-Request-Id");
  return {
    message: error.message,
    code: error.code ?? error.type ?? "error",
    ...(error.param && { param: error.param }),
    ...(response && { status: response.status }),
    ...(requestId && { requestId }),
  };
}

/** The problem of a response that is not a success. */
export async function problemOfResponse(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const problem = problemOf(JSON.parse(text), response);
    if (problem) return problem;
  } catch {
    // it is no JSON: something between here and the server answered
  }
  const shown = text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
  return {
    message: shown || response.statusText || "the answer is empty",
    code: `http_${response.status}`,
    status: response.status,
  };
}

/** The problem of an exception: of the server, or of the way to it. */
export function problemOfException(e: unknown): Problem {
  if (e instanceof ServerError) return e.problem;
  return {
    message: `The server cannot be reached, or its answer broke off (${e instanceof Error ? e.message : String(e)}).`,
    code: "connection_failed",
  };
}
