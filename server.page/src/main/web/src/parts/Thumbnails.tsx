import { X } from "lucide";
import { useState } from "preact/hooks";
import type { Picture } from "../state/conversation";
import { Dialog } from "./Dialog";
import { IconButton } from "./Icon";

/** Small pictures that open to their full size. */
export function Thumbnails({
  pictures,
  onRemove,
}: {
  pictures: Picture[];
  onRemove?: (id: string) => void;
}) {
  const [shown, setShown] = useState<Picture>();
  if (pictures.length === 0) return null;
  return (
    <>
      <ul class={`thumbnails ${onRemove ? "small" : ""}`} aria-label="Images">
        {pictures.map((picture) => (
          <li key={picture.id}>
            <button
              type="button"
              class="thumbnail"
              title={describe(picture)}
              onClick={() => setShown(picture)}
            >
              <img
                src={picture.url}
                alt={picture.name}
                width={picture.width}
                height={picture.height}
              />
            </button>
            {onRemove && (
              <IconButton
                icon={X}
                class="remove"
                label={`Remove ${picture.name}`}
                onClick={() => onRemove(picture.id)}
              />
            )}
            {picture.note && <span class="note">{picture.note}</span>}
          </li>
        ))}
      </ul>
      {shown && (
        <Dialog title={shown.name} class="viewer" onClose={() => setShown(undefined)}>
          <img src={shown.url} alt={shown.name} />
          <p class="note">{describe(shown)}</p>
        </Dialog>
      )}
    </>
  );
}

function describe({ name, width, height, note }: Picture): string {
  return `${name}, ${width} × ${height}${note ? `. ${note}` : ""}`;
}
