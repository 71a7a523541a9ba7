import { PanelLeft, SlidersHorizontal, SquarePen } from "lucide";
import { startNew } from "../state/chats";
import { chatsOpen, narrow, settingsOpen } from "../state/layout";
import { isLoading, model, models, modelsProblem, refreshModels } from "../state/models";
import { isChanged, modelName } from "../state/settings";
import { IconButton } from "./Icon";

export function TopBar() {
  return (
    <header class="top-bar">
      {!chatsOpen.value && (
        <>
          <IconButton
            icon={PanelLeft}
            label="Show the chats"
            expanded={false}
            onClick={() => (chatsOpen.value = true)}
          />
          <IconButton icon={SquarePen} label="New chat" onClick={startNew} />
        </>
      )}
      <ModelChoice />
      <IconButton
        icon={SlidersHorizontal}
        label="Settings"
        class={isChanged() ? "marked" : ""}
        expanded={settingsOpen.value}
        onClick={() => {
          if (narrow.value) chatsOpen.value = false;
          settingsOpen.value = !settingsOpen.value;
        }}
      />
    </header>
  );
}

function missing(): string {
  if (isLoading.value) return "Looking for models…";
  if (modelsProblem.value?.status === 401) return "An API key is needed";
  return modelsProblem.value ? "No connection" : "No model";
}

function ModelChoice() {
  if (models.value.length === 0) {
    return <span class="model-choice none clip">{missing()}</span>;
  }
  if (models.value.length === 1) {
    return <span class="model-choice one clip">{model.value?.id}</span>;
  }
  return (
    <select
      class="model-choice"
      aria-label="Model"
      value={model.value?.id}
      onFocus={() => void refreshModels()}
      onChange={(event) => (modelName.value = event.currentTarget.value)}
    >
      {models.value.map(({ id }) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </select>
  );
}
