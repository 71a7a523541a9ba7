import { Check, Copy } from "lucide";
import { useState } from "preact/hooks";
import { IconButton } from "./Icon";

const SHOWN_MS = 1500;

/** Puts a text on the clipboard. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const copy = async () => {
    setState((await copyText(text)) ? "copied" : "failed");
    setTimeout(() => setState("idle"), SHOWN_MS);
  };
  const labels = { idle: label, copied: "Copied", failed: "The browser does not allow it" };
  return (
    <IconButton icon={state === "copied" ? Check : Copy} label={labels[state]} onClick={copy} />
  );
}

/** Copies; false where the browser does not let the page. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  // without HTTPS, as on a phone in the same network, there is only the old way
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "off-screen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
