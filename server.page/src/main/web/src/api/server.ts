import { ServerError, problemOfResponse } from "./problem";

/** A model of GET /v1/models. */
export interface Model {
  id: string;
  max_model_len?: number;
  input_modalities?: string[];
}

/** The address of a route; relative, so that the page also works below a proxy's path. */
export function address(route: string): string {
  return new URL(route, document.baseURI).href;
}

/** Whether images may be sent to a model; a server that does not say is asked. */
export function takesImages(model: Model | undefined): boolean {
  return model?.input_modalities?.includes("image") ?? true;
}

function headers(key: string): Record<string, string> {
  return key ? { Authorization: `Bearer ${key}` } : {};
}

/** The response of a request. Throws ServerError unless it is a success. */
async function success(request: Promise<Response>): Promise<Response> {
  const response = await request;
  if (!response.ok) throw new ServerError(await problemOfResponse(response));
  return response;
}

export async function listModels(key: string): Promise<Model[]> {
  const response = await success(fetch(address("v1/models"), { headers: headers(key) }));
  return ((await response.json()) as { data: Model[] }).data;
}

/** Begins a chat completion. The body of the response is a stream of events. */
export function startChat(body: object, key: string, signal: AbortSignal): Promise<Response> {
  return success(
    fetch(address("v1/chat/completions"), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers(key) },
      body: JSON.stringify(body),
      signal,
    }),
  );
}

export function isAbort(e: unknown): boolean {
  return e instanceof DOMException && e.name === "AbortError";
}
