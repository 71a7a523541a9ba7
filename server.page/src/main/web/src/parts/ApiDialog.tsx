import { address } from "../api/server";
import { apiKey, model } from "../state/models";
import { CopyButton } from "./CopyButton";
import { Dialog } from "./Dialog";

/** How a program asks what this page asks. */
export function ApiDialog({ onClose }: { onClose: () => void }) {
  const base = address("v1");
  const example = [
    `curl -N ${base}/chat/completions \\`,
    ...(apiKey.value ? [`  -H 'Authorization: Bearer KEY' \\`] : []),
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"model": "${model.value?.id ?? "MODEL"}", "stream": true,`,
    `       "messages": [{"role": "user", "content": "Hello!"}]}'`,
  ].join("\n");
  return (
    <Dialog title="Use it from a program" onClose={onClose} class="wide">
      <p>
        This server speaks OpenAI’s protocol. Give any OpenAI client this address as its base URL:
      </p>
      <div class="snippet">
        <pre tabIndex={0}>
          <code>{base}</code>
        </pre>
        <CopyButton text={base} label="Copy the address" />
      </div>
      <div class="snippet">
        <pre tabIndex={0}>
          <code>{example}</code>
        </pre>
        <CopyButton text={example} label="Copy the command" />
      </div>
      <p>
        A picture is a part of a message:{" "}
        <code>{`{"type": "image_url", "image_url": {"url": …}}`}</code> with a <code>data:</code> or{" "}
        <code>https:</code> address.
      </p>
      <p class="links">
        <a href="docs" target="_blank" rel="noopener">
          All routes
        </a>
        <a href="v1/models" target="_blank" rel="noopener">
          Models
        </a>
        <a href="health" target="_blank" rel="noopener">
          Health
        </a>
        <a href="assets/licenses.txt" target="_blank" rel="noopener">
          Licences of this page
        </a>
      </p>
    </Dialog>
  );
}
