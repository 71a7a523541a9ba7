import { h } from "preact";
import type { IconNode } from "lucide";

/** An icon beside a text or inside of a labelled button; it says nothing by itself. */
export function Icon({ of, size = 18 }: { of: IconNode; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {of.map(([tag, attributes]) => h(tag, attributes as object))}
    </svg>
  );
}

interface ButtonProps {
  icon: IconNode;
  label: string;
  onClick: (event: MouseEvent) => void;
  class?: string;
  expanded?: boolean;
  disabled?: boolean;
}

/** A button that is an icon only; its label is its name and its tooltip. */
export function IconButton({
  icon,
  label,
  onClick,
  class: more = "",
  expanded,
  disabled,
}: ButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${more}`}
      aria-label={label}
      title={label}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon of={icon} />
    </button>
  );
}
