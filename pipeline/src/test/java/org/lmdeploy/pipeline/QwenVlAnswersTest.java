package org.lmdeploy.pipeline;

/** The golden scenes of Qwen-VL. */
class QwenVlAnswersTest extends GoldenAnswers {
  QwenVlAnswersTest() {
    super("tiny-qwen-vl-chat", "qwenvl");
  }
}
