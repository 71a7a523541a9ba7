import { useState } from "preact/hooks";
import { apiKey, keyWanted, useKey } from "../state/models";
import { Dialog } from "./Dialog";

/** Asks for the API key of a server that wants one. */
export function KeyDialog() {
  const [key, setKey] = useState(apiKey.value);
  const submit = (event: Event) => {
    event.preventDefault();
    useKey(key);
  };
  return (
    <Dialog title="API key" onClose={() => (keyWanted.value = undefined)}>
      <form onSubmit={submit}>
        <p role="status">{keyWanted.value}</p>
        <label class="field">
          Key
          <input
            type="password"
            autocomplete="off"
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
            autofocus
          />
        </label>
        <p class="note">It is kept until this tab is closed and sent to this server only.</p>
        <div class="dialog-actions">
          <button type="submit" class="primary">
            Use this key
          </button>
        </div>
      </form>
    </Dialog>
  );
}
