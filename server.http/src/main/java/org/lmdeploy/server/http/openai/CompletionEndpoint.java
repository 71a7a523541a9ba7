package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.Endpoint;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;

/**
 * {@code /v1/completions}.
 *
 * @param manager the models
 */
public record CompletionEndpoint(ModelManager manager) implements Endpoint {
  /** OpenAI's and LMDeploy's. */
  private static final int DEFAULT_MAX_TOKENS = 16;

  @Override
  public GenerationPlan plan(Fields body) {
    ServedModel model = ServedModels.of(body, manager);
    StreamFields streaming = StreamFields.read(body);
    int answers = body.integer("n", 1, Limits.ANSWERS_OF_A_PROMPT).orElse(1);
    GenerationConfig.Builder sampling = Sampling.read(body, model, DEFAULT_MAX_TOKENS);
    ResponseFormat.read(body).ifPresent(sampling::responseFormat);
    int logprobs = body.integer("logprobs", 0, GenerationConfig.MAX_LOGPROBS).orElse(-1);
    TokenFields tokenFields = TokenFields.read(body);
    boolean echo = body.flag("echo", false);
    sampling.logprobs(tokenFields.atLeast(logprobs)).promptLogprobs(echo ? logprobs : -1);
    GenerationConfig config = Sampling.build(sampling);
    List<Prompt> prompts = prompts(body, model, answers);
    refuseUnbuilt(body, answers);
    body.refuseUnknown();
    Map<Integer, EchoedPrompt> echoed = new HashMap<>();
    List<GenerationPlan.Choice> choices =
        choices(model, prompts, answers, config, echo && logprobs < 0);
    if (echo && logprobs >= 0) {
      choices = withPrompts(model, prompts, answers, choices, echoed);
    }
    Envelope envelope = Envelope.of("cmpl-", "text_completion", "text_completion", model);
    AnswerFormat format =
        new CompletionFormat(
            envelope,
            new TokenTexts(model.tokenizer()),
            logprobs >= 0,
            tokenFields,
            choices,
            echoed);
    return AnswerJson.plan(choices, streaming, format);
  }

  private static List<Prompt> prompts(Fields body, ServedModel model, int answers) {
    List<Prompt> prompts =
        Prompt.read(
            "prompt",
            body.value("prompt").orElseThrow(() -> Problems.missing("prompt", "a string")),
            model.tokenizer().vocabSize());
    if ((long) prompts.size() * answers > Limits.ANSWERS) {
      throw new InvalidRequestException(
          "n",
          prompts.size()
              + " prompts with "
              + answers
              + " answers each are too many for a request; there may be "
              + Limits.ANSWERS
              + " answers");
    }
    return prompts;
  }

  private static void refuseUnbuilt(Fields body, int answers) {
    UnbuiltFields.refuse(
        body, "best_of", node -> node.isNumber() && node.numberValue().doubleValue() == answers);
    UnbuiltFields.refuse(body, UnbuiltFields.COMPLETION);
  }

  private static List<GenerationPlan.Choice> choices(
      ServedModel model, List<Prompt> prompts, int answers, GenerationConfig config, boolean echo) {
    List<GenerationPlan.Choice> choices = new ArrayList<>();
    for (int p = 0; p < prompts.size(); p++) {
      Prompt prompt = prompts.get(p);
      String before = echo ? prompt.text(model) : "";
      for (int i = 0; i < answers; i++) {
        GenerationConfig own = Sampling.ofChoice(config, i);
        choices.add(new GenerationPlan.Choice(p, before, () -> prompt.complete(model, own)));
      }
    }
    return choices;
  }

  /** The same choices with prompts that are written once their log probabilities are known. */
  private static List<GenerationPlan.Choice> withPrompts(
      ServedModel model,
      List<Prompt> prompts,
      int answers,
      List<GenerationPlan.Choice> choices,
      Map<Integer, EchoedPrompt> echoed) {
    List<GenerationPlan.Choice> all = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      GenerationPlan.Choice choice = choices.get(i);
      Prompt prompt = prompts.get(i / answers);
      int[] ids = prompt.ids(model);
      if (ids.length == 0) {
        throw new InvalidRequestException("prompt", "a prompt has no token; at least 1 is needed");
      }
      EchoedPrompt echo = new EchoedPrompt(prompt.text(model), ids[0]);
      echoed.put(i, echo);
      all.add(
          new GenerationPlan.Choice(
              choice.prompt(), "", () -> echo.opened(choice.open().get()), choice.reader()));
    }
    return all;
  }
}
