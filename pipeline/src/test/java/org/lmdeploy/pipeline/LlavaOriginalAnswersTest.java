package org.lmdeploy.pipeline;

/** The golden scenes of LLaVA, in the original layout. */
class LlavaOriginalAnswersTest extends GoldenAnswers {
  LlavaOriginalAnswersTest() {
    super("tiny-llava", "llava");
  }
}
