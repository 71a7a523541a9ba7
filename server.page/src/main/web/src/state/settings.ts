import { effect, signal } from "@preact/signals";

/** Numbers that are left out are the model's own. */
export interface Settings {
  systemPrompt: string;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  max_tokens?: number;
  repetition_penalty?: number;
  seed?: number;
}

export type NumberName = Exclude<keyof Settings, "systemPrompt">;

export interface NumberField {
  name: NumberName;
  label: string;
  hint: string;
  step: number;
  min: number;
  max?: number;
  /** Where the slider stands while the model's own value holds; none: there is no slider. */
  slider?: number;
}

export const NUMBERS: NumberField[] = [
  {
    name: "temperature",
    label: "Temperature",
    hint: "At 0 always the likeliest token; higher varies more.",
    step: 0.05,
    min: 0,
    max: 2,
    slider: 0.7,
  },
  {
    name: "top_p",
    label: "Top p",
    hint: "Draws from the likeliest tokens that make up this share.",
    step: 0.01,
    min: 0,
    max: 1,
    slider: 1,
  },
  {
    name: "repetition_penalty",
    label: "Repetition penalty",
    hint: "Above 1 what was said is less likely to be said again.",
    step: 0.01,
    min: 0.5,
    max: 2,
    slider: 1,
  },
  { name: "top_k", label: "Top k", hint: "Draws from so many tokens; 0 is all.", step: 1, min: 0 },
  {
    name: "max_tokens",
    label: "Max tokens",
    hint: "The length at which an answer is cut off.",
    step: 1,
    min: 1,
  },
  { name: "seed", label: "Seed", hint: "The same seed draws the same again.", step: 1, min: 0 },
];

const SETTINGS_KEY = "lmdeploy.settings";
const PRESETS_KEY = "lmdeploy.presets";
const MODEL_KEY = "lmdeploy.model";

export const settings = signal<Settings>(cleaned(read(SETTINGS_KEY)));
export const presets = signal<Record<string, Settings>>(readPresets());
export const modelName = signal<string>(String(read(MODEL_KEY) ?? ""));
/** Why settings are not kept, if they are not. */
export const notKept = signal<string>("");

effect(() => write(SETTINGS_KEY, settings.value));
effect(() => write(PRESETS_KEY, presets.value));
effect(() => write(MODEL_KEY, modelName.value));

/** The settings as fields of a request. */
export function requestFields(): Partial<Record<NumberName, number>> {
  const { systemPrompt: _, ...numbers } = settings.value;
  return numbers;
}

export function setNumber(name: NumberName, value: number | undefined) {
  const { [name]: _, ...rest } = settings.value;
  settings.value = value === undefined ? rest : { ...rest, [name]: value };
}

export function isChanged(): boolean {
  return Object.keys(requestFields()).length > 0 || settings.value.systemPrompt.trim() !== "";
}

function readPresets(): Record<string, Settings> {
  const kept = read(PRESETS_KEY);
  if (typeof kept !== "object" || kept === null) return {};
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, cleaned(value)]));
}

/** What is kept may come from another version of the page, or from a person's hand. */
function cleaned(kept: unknown): Settings {
  const from = (typeof kept === "object" && kept !== null ? kept : {}) as Record<string, unknown>;
  const result: Settings = { systemPrompt: String(from["systemPrompt"] ?? "") };
  for (const { name } of NUMBERS) {
    const value = from[name];
    if (typeof value === "number" && Number.isFinite(value)) result[name] = value;
  }
  return result;
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null; // nothing can be kept here, or it was written by something else
  }
}

function write(key: string, value: unknown) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (e) {
    notKept.value = `This browser does not keep the settings: ${String(e)}`;
  }
}
