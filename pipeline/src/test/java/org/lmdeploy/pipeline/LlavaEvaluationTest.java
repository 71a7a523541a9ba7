package org.lmdeploy.pipeline;

/** The evaluation set of LLaVA. */
class LlavaEvaluationTest extends ReferenceAnswers {
  LlavaEvaluationTest() {
    super("tiny-llava-hf", "llava");
  }
}
