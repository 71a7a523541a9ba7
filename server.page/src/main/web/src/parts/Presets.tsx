import { Trash2 } from "lucide";
import { useState } from "preact/hooks";
import { presets, settings } from "../state/settings";
import { focusWhenShown } from "./focus";
import { IconButton } from "./Icon";

/** Named settings of this browser. */
export function Presets() {
  const [chosen, setChosen] = useState("");
  const [name, setName] = useState<string>();
  const names = Object.keys(presets.value).sort();
  const choose = (preset: string) => {
    setChosen(preset);
    const found = presets.value[preset];
    if (found) settings.value = found;
  };
  const save = (event: Event) => {
    event.preventDefault();
    const as = name?.trim();
    if (!as) return;
    presets.value = { ...presets.value, [as]: settings.value };
    setChosen(as);
    setName(undefined);
  };
  const remove = () => {
    const { [chosen]: _, ...rest } = presets.value;
    presets.value = rest;
    setChosen("");
  };
  if (name !== undefined) {
    return (
      <form class="presets" onSubmit={save}>
        <label class="field">
          Name of the preset
          <input
            type="text"
            maxLength={60}
            value={name}
            ref={focusWhenShown}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <div class="row">
          <button type="submit" class="primary" disabled={!name.trim()}>
            Save
          </button>
          <button type="button" onClick={() => setName(undefined)}>
            Cancel
          </button>
        </div>
      </form>
    );
  }
  return (
    <div class="presets">
      <label class="field">
        Preset
        <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{names.length ? "Choose…" : "None saved yet"}</option>
          {names.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <div class="row">
        <button type="button" onClick={() => setName(chosen)}>
          Save as…
        </button>
        {chosen && (
          <IconButton icon={Trash2} label={`Delete the preset “${chosen}”`} onClick={remove} />
        )}
      </div>
    </div>
  );
}
