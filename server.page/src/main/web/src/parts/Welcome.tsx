import { draft } from "../state/draft";
import { touch } from "../state/layout";
import { imagesAllowed, isLoading, keyWanted, model, modelsProblem } from "../state/models";
import { ProblemView } from "./AnswerView";

const ABOUT_TEXT = [
  "Explain how a bicycle stays upright.",
  "Write a short poem about rain.",
  "Plan a weekend in Lisbon.",
];
const ABOUT_IMAGES = ["Describe this image.", "How many shapes are there?", "Read the number."];

/** What a new chat shows. */
export function Welcome() {
  const choose = (text: string) => {
    draft.value = text;
    document.querySelector<HTMLTextAreaElement>("#message")?.focus();
  };
  return (
    <div class="chat welcome">
      <div class="column">
        <h1>What would you like to know?</h1>
        <Status />
        {model.value && (
          <ul class="suggestions">
            {(imagesAllowed.value ? ABOUT_IMAGES : ABOUT_TEXT).map((text) => (
              <li key={text}>
                <button type="button" onClick={() => choose(text)}>
                  {text}
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function Status() {
  if (model.value) {
    const ways = touch.matches ? "add pictures or photos" : "paste, drop or choose pictures";
    return (
      <p>
        {imagesAllowed.value
          ? `Ask about a text, or ${ways} and ask about them.`
          : `${model.value.id} answers questions about text.`}
      </p>
    );
  }
  const problem = modelsProblem.value;
  if (problem) {
    return (
      <>
        <ProblemView problem={problem} />
        {problem.status === 401 && (
          <button type="button" class="primary" onClick={() => (keyWanted.value = problem.message)}>
            Enter an API key
          </button>
        )}
      </>
    );
  }
  return (
    <p role="status">
      {isLoading.value
        ? "Looking for models…"
        : "No model is loaded yet. The page looks again every few seconds."}
    </p>
  );
}
