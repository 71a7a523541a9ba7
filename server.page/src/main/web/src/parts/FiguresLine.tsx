import type { Answer } from "../state/conversation";

/** How an answer came about and how fast. */
export function FiguresLine({ answer }: { answer: Answer }) {
  const { figures, model, state, finish } = answer;
  const facts: string[] = [
    state === "stopped" && "stopped",
    finish === "length" && "ended by the limit of tokens",
    figures?.tokens !== undefined && `${figures.tokens} tokens`,
    figures?.rate !== undefined && `${rounded(figures.rate)} tokens/s`,
    figures?.firstToken !== undefined && `first after ${seconds(figures.firstToken)}`,
    model,
  ].filter((fact) => typeof fact === "string");
  const title =
    figures &&
    [
      figures.promptTokens !== undefined && `${figures.promptTokens} tokens in the prompt`,
      `${seconds(figures.total)} in all`,
    ]
      .filter(Boolean)
      .join(", ");
  return (
    <span class="figures note" title={title}>
      {facts.map((fact, index) => (
        <span key={index}>
          {index > 0 && " · "}
          <span class="whole">{fact}</span>
        </span>
      ))}
    </span>
  );
}

function rounded(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString("en");
}

function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(value < 10 ? 1 : 0)} s`;
}
