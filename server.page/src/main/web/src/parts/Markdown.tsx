import { useMemo } from "preact/hooks";
import { copyText } from "./CopyButton";
import { blocksOf, htmlOf } from "./render-markdown";
import type { Token } from "marked";

/** A text of a model, rendered. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <div class="markdown" onClick={copyCode}>
      {blocks.map((block, index) => (
        <Block key={index} block={block} />
      ))}
    </div>
  );
}

function Block({ block }: { block: Token }) {
  const html = useMemo(() => htmlOf(block), [block.raw]);
  return <div dangerouslySetInnerHTML={{ __html: html }} />;
}

async function copyCode({ target }: Event) {
  const button = (target as Element).closest<HTMLButtonElement>("button[data-copy]");
  const code = button?.closest(".code")?.querySelector("code")?.textContent;
  if (!button || code == null) return;
  button.textContent = (await copyText(code)) ? "Copied" : "Not allowed";
  setTimeout(() => (button.textContent = "Copy"), 1500);
}
