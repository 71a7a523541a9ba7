import DOMPurify from "dompurify";
import { Marked, type Token, type Tokens } from "marked";
import { escaped, highlighted } from "./highlight";

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // HTML of a model is shown as what it is, text
    html({ text }) {
      return escaped(text);
    },
    // a picture at another host would tell that host who reads this
    image({ href, text }) {
      return `<a href="${escaped(href)}">${escaped(text || href)}</a>`;
    },
    checkbox({ checked }) {
      const name = checked ? "done" : "to do";
      return `<input type="checkbox" disabled ${checked ? "checked" : ""} aria-label="${name}"> `;
    },
    code({ text, lang }) {
      const language = /^[\w+#.-]+/.exec(lang ?? "")?.[0] ?? "";
      return (
        `<div class="code"><div class="code-head"><span>${escaped(language || "text")}</span>` +
        `<button type="button" data-copy>Copy</button></div>` +
        `<pre tabindex="0"><code>${highlighted(text, language.toLowerCase())}</code></pre></div>`
      );
    },
    table(token) {
      const cells = (row: Tokens.TableCell[]) => row.map((cell) => this.tablecell(cell)).join("");
      const head = this.tablerow({ text: cells(token.header) });
      const body = token.rows.map((row) => this.tablerow({ text: cells(row) })).join("");
      return (
        `<div class="table" tabindex="0"><table><thead>${head}</thead>` +
        `<tbody>${body}</tbody></table></div>`
      );
    },
  },
});

// an instance of its own, for hooks hold for a whole instance
const purifier = DOMPurify(window);
purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A") return;
  if (/^(https?|mailto):/i.test(node.getAttribute("href") ?? "")) {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  } else {
    node.removeAttribute("href"); // what else a model names is no address
  }
});

/** The blocks of a text; while an answer grows only its last ones change. */
export function blocksOf(text: string): Token[] {
  return marked.lexer(text).filter(({ type }) => type !== "space" && type !== "def");
}

/** A block as harmless HTML. */
export function htmlOf(block: Token): string {
  return purifier.sanitize(marked.parser([block]), {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ["style", "form", "img", "audio", "video", "picture", "source"],
    FORBID_ATTR: ["style"],
  });
}
