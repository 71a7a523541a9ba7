import { RefreshCw, TriangleAlert, Wrench } from "lucide";
import type { Problem } from "../api/problem";
import { answer as answerAgain } from "../state/answering";
import { dropFrom } from "../state/chats";
import type { Answer, ToolCall } from "../state/conversation";
import { CopyButton } from "./CopyButton";
import { FiguresLine } from "./FiguresLine";
import { Icon, IconButton } from "./Icon";
import { Markdown } from "./Markdown";

interface Props {
  chat: string;
  answer: Answer;
  busy: boolean;
}

export function AnswerView({ chat, answer, busy }: Props) {
  const isRunning = answer.state === "running";
  const isWaiting = isRunning && !answer.text && !answer.reasoning && answer.tools.length === 0;
  const again = () => {
    dropFrom(chat, answer.id);
    void answerAgain(chat);
  };
  return (
    <article class="turn answer" aria-label={`Answer of ${answer.model}`} aria-busy={isRunning}>
      {answer.reasoning && (
        <details class="reasoning">
          <summary>{isRunning && !answer.text ? "Thinking…" : "Reasoning"}</summary>
          <Markdown text={answer.reasoning} />
        </details>
      )}
      {isWaiting && (
        <p class="waiting" role="img" aria-label="Waiting for the model">
          <span />
          <span />
          <span />
        </p>
      )}
      {answer.text && <Markdown text={answer.text} />}
      {answer.tools.map((tool, index) => (
        <ToolView key={index} tool={tool} />
      ))}
      {answer.problem && <ProblemView problem={answer.problem} />}
      {!isRunning && (
        <div class="turn-actions">
          {answer.text && <CopyButton text={answer.text} label="Copy the answer" />}
          <IconButton icon={RefreshCw} label="Answer again" disabled={busy} onClick={again} />
          <FiguresLine answer={answer} />
        </div>
      )}
    </article>
  );
}

function ToolView({ tool }: { tool: ToolCall }) {
  return (
    <div class="tool">
      <p>
        <Icon of={Wrench} size={15} /> Calls <code>{tool.name}</code>
      </p>
      <pre tabIndex={0}>
        <code>{pretty(tool.arguments)}</code>
      </pre>
    </div>
  );
}

/** Arguments as a person reads them; as they are while they are incomplete. */
function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

export function ProblemView({ problem }: { problem: Problem }) {
  const facts = [
    problem.code,
    problem.param && `field ${problem.param}`,
    problem.status && `status ${problem.status}`,
    problem.requestId && `request ${problem.requestId}`,
  ];
  return (
    <div class="problem" role="alert">
      <Icon of={TriangleAlert} />
      <div>
        <p>{problem.message}</p>
        <p class="note">{facts.filter(Boolean).join(" · ")}</p>
      </div>
    </div>
  );
}
