package org.lmdeploy.pipeline;

/** The golden scenes of InternVL. */
class InternVlAnswersTest extends GoldenAnswers {
  InternVlAnswersTest() {
    super("tiny-internvl2", "internvl");
  }
}
