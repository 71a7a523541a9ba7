import { CodeXml, KeyRound, Moon, PanelLeft, SquarePen, Sun, SunMoon } from "lucide";
import { useSignal } from "@preact/signals";
import { startNew, storageTrouble } from "../state/chats";
import { chatsOpen, narrow } from "../state/layout";
import { apiKey, keyWanted } from "../state/models";
import { notKept } from "../state/settings";
import { keepTheme, storedTheme, type Theme } from "../state/theme-choice";
import { ApiDialog } from "./ApiDialog";
import { ChatList } from "./ChatList";
import { Icon, IconButton } from "./Icon";

export function Sidebar() {
  const apiOpen = useSignal(false);
  const begin = () => {
    startNew();
    if (narrow.value) chatsOpen.value = false;
    document.querySelector<HTMLTextAreaElement>("#message")?.focus();
  };
  return (
    <aside class="panel left" aria-label="Chats" inert={!chatsOpen.value}>
      <div class="panel-head">
        <Brand />
        <IconButton
          icon={PanelLeft}
          label="Hide the chats"
          onClick={() => (chatsOpen.value = false)}
        />
      </div>
      <button type="button" class="new-chat" onClick={begin}>
        <Icon of={SquarePen} /> New chat
      </button>
      <nav aria-label="Kept chats">
        <ChatList />
      </nav>
      {(storageTrouble.value || notKept.value) && (
        <p class="note trouble" role="alert">
          {storageTrouble.value || notKept.value}
        </p>
      )}
      <footer>
        <button type="button" class="plain" onClick={() => (apiOpen.value = true)}>
          <Icon of={CodeXml} /> API
        </button>
        {apiKey.value && (
          <button type="button" class="plain" onClick={() => (keyWanted.value = "")}>
            <Icon of={KeyRound} /> Key
          </button>
        )}
        <ThemeSwitch />
      </footer>
      {apiOpen.value && <ApiDialog onClose={() => (apiOpen.value = false)} />}
    </aside>
  );
}

function Brand() {
  return (
    <span class="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0d6b5e" />
        <path
          d="M9 9.5v13h8.5"
          fill="none"
          stroke="#fff"
          stroke-width="3.2"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
        <circle cx="21.5" cy="11" r="3" fill="#8fe3cf" />
      </svg>
      LMDeploy
    </span>
  );
}

const THEMES: Record<Theme, { icon: typeof Sun; next: Theme; name: string }> = {
  system: { icon: SunMoon, next: "light", name: "as the system" },
  light: { icon: Sun, next: "dark", name: "light" },
  dark: { icon: Moon, next: "system", name: "dark" },
};

function ThemeSwitch() {
  const theme = useSignal(storedTheme());
  const { icon, next, name } = THEMES[theme.value];
  const turn = () => {
    theme.value = next;
    keepTheme(next);
  };
  return (
    <IconButton
      icon={icon}
      class="theme"
      label={`Theme: ${name}. Change to ${THEMES[next].name}`}
      onClick={turn}
    />
  );
}
