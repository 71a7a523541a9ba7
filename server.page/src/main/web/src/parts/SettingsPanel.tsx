import { RotateCcw, X } from "lucide";
import { useId } from "preact/hooks";
import { settingsOpen } from "../state/layout";
import { model } from "../state/models";
import { isChanged, NUMBERS, setNumber, settings, type NumberField } from "../state/settings";
import { Icon, IconButton } from "./Icon";
import { Presets } from "./Presets";

export function SettingsPanel() {
  return (
    <aside class="panel right" aria-label="Settings" inert={!settingsOpen.value}>
      <div class="panel-head">
        <h2>Settings</h2>
        <IconButton
          icon={X}
          label="Close the settings"
          onClick={() => (settingsOpen.value = false)}
        />
      </div>
      <div class="panel-body">
        <Presets />
        <label class="field">
          System prompt
          <textarea
            rows={4}
            placeholder="What the model should keep to in all its answers"
            value={settings.value.systemPrompt}
            onInput={(event) =>
              (settings.value = { ...settings.value, systemPrompt: event.currentTarget.value })
            }
          />
        </label>
        {NUMBERS.map((field) => (
          <NumberInput key={field.name} field={field} />
        ))}
        <button
          type="button"
          class="plain"
          disabled={!isChanged()}
          onClick={() => (settings.value = { systemPrompt: "" })}
        >
          <Icon of={RotateCcw} size={16} /> The model’s own settings
        </button>
        <p class="note">
          Settings hold for the next answer in every chat. What is left empty is the model’s own.
          {model.value?.max_model_len &&
            ` Prompt and answer together have at most ${model.value.max_model_len.toLocaleString("en")} tokens.`}
        </p>
      </div>
    </aside>
  );
}

function NumberInput({ field }: { field: NumberField }) {
  const { name, label, hint, step, min, max, slider } = field;
  const hintId = useId();
  const inputId = useId();
  const value = settings.value[name];
  const take = (text: string) => {
    const number = Number(text);
    setNumber(name, text === "" || !Number.isFinite(number) ? undefined : number);
  };
  return (
    <div class="number-field">
      <label for={inputId}>{label}</label>
      <input
        id={inputId}
        type="number"
        inputMode="decimal"
        step={step === 1 ? 1 : "any"}
        min={min}
        max={max}
        placeholder="auto"
        aria-describedby={hintId}
        value={value ?? ""}
        onInput={(event) => take(event.currentTarget.value)}
      />
      {slider !== undefined && (
        <input
          type="range"
          class={value === undefined ? "unset" : ""}
          aria-label={`${label}, slider`}
          min={min}
          max={max}
          step={step}
          value={value ?? slider}
          onInput={(event) => take(event.currentTarget.value)}
        />
      )}
      <p class="note" id={hintId}>
        {hint}
      </p>
    </div>
  );
}
