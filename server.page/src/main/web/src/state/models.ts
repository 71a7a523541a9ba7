import { computed, signal } from "@preact/signals";
import { ServerError, problemOfException, type Problem } from "../api/problem";
import { listModels, takesImages, type Model } from "../api/server";
import { modelName } from "./settings";

const KEY = "lmdeploy.key";
const RETRY_MS = 3000;

export const models = signal<Model[]>([]);
/** Why there is no list of models, if there is none. */
export const modelsProblem = signal<Problem | undefined>(undefined);
export const isLoading = signal(true);
/** The API key, which is forgotten with the tab. */
export const apiKey = signal(sessionKey());
/** What the server says about the missing or wrong key, while one is asked for. */
export const keyWanted = signal<string | undefined>(undefined);

export const model = computed<Model | undefined>(
  () => models.value.find(({ id }) => id === modelName.value) ?? models.value[0],
);
export const imagesAllowed = computed(() => takesImages(model.value));

let retry: ReturnType<typeof setTimeout> | undefined;

/** Asks for the models, again and again while there are none. */
export async function refreshModels(): Promise<void> {
  clearTimeout(retry);
  try {
    models.value = await listModels(apiKey.value);
    modelsProblem.value = undefined;
  } catch (e) {
    const problem = problemOfException(e);
    modelsProblem.value = problem;
    if (isKeyProblem(e)) {
      keyWanted.value = problem.message;
      return;
    }
  } finally {
    isLoading.value = false;
  }
  if (models.value.length === 0 || modelsProblem.value) {
    retry = setTimeout(refreshModels, RETRY_MS);
  }
}

export function isKeyProblem(e: unknown): boolean {
  return e instanceof ServerError && e.problem.status === 401;
}

/** Takes another API key. */
export function useKey(key: string) {
  apiKey.value = key.trim();
  keyWanted.value = undefined;
  try {
    sessionStorage.setItem(KEY, apiKey.value);
  } catch {
    // it holds as long as the page is open
  }
  void refreshModels();
}

function sessionKey(): string {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}
