package org.lmdeploy.pipeline;

/** The evaluation set of Qwen-VL. */
class QwenVlEvaluationTest extends ReferenceAnswers {
  QwenVlEvaluationTest() {
    super("tiny-qwen-vl-chat", "qwenvl");
  }
}
