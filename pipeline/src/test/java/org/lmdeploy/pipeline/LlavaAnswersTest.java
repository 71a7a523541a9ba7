package org.lmdeploy.pipeline;

/** The golden scenes of LLaVA, in the layout of transformers. */
class LlavaAnswersTest extends GoldenAnswers {
  LlavaAnswersTest() {
    super("tiny-llava-hf", "llava");
  }
}
