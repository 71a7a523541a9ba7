package org.lmdeploy.core.batch;

import java.util.Collection;
import java.util.List;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;
import org.lmdeploy.api.error.ContextLengthExceededException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;

/**
 * Finds what is wrong with a request before it is queued.
 *
 * @param vocabSize rows of the logits
 * @param sessionLen most tokens of a sequence
 * @param takesImages whether the model has a vision model
 */
record RequestCheck(int vocabSize, int sessionLen, boolean takesImages) {
  /**
   * Checks a request.
   *
   * @throws org.lmdeploy.api.error.LmDeployException naming what is wrong
   */
  void check(GenerationRequest request) {
    int[] prompt = request.promptIds();
    if (prompt.length == 0) {
      throw new InvalidRequestException("prompt", "the prompt has no token; at least 1 is needed");
    }
    if (prompt.length >= sessionLen) {
      throw new ContextLengthExceededException(
          ("the prompt has %s tokens; a session has %s (session_len),"
                  + " of which at least 1 is for the answer")
              .formatted(prompt.length, sessionLen));
    }
    checkPrompt(prompt, request.images());
    GenerationConfig config = request.config();
    checkIds("stop_token_ids", config.stopTokenIds());
    checkIds("bad_token_ids", config.badTokenIds());
    checkIds("logit_bias", config.logitBias().keySet());
  }

  /** Checks the places of the images, and the ids before, between and behind them. */
  private void checkPrompt(int[] prompt, List<ImageSpan> images) {
    if (!images.isEmpty() && !takesImages) {
      throw new UnsupportedFeatureException(
          "images", "this model takes no images; the prompt has " + images.size());
    }
    int from = 0;
    for (ImageSpan span : images) {
      long end = (long) span.start() + span.image().tokens();
      if (span.start() < from || end > prompt.length) {
        throw new InvalidRequestException(
            "images",
            "an image takes the positions %s to %s; it must lie between %s and %s"
                .formatted(span.start(), end - 1, from, prompt.length - 1));
      }
      checkText(prompt, from, span.start());
      from = (int) end;
    }
    checkText(prompt, from, prompt.length);
  }

  private void checkText(int[] prompt, int from, int to) {
    for (int i = from; i < to; i++) {
      checkId("prompt", prompt[i]);
    }
  }

  private void checkIds(String parameter, Collection<Integer> ids) {
    ids.forEach(id -> checkId(parameter, id));
  }

  private void checkId(String parameter, int id) {
    if (id < 0 || id >= vocabSize) {
      throw new InvalidRequestException(
          parameter,
          "%s has the token id %s; this model has the ids 0 to %s"
              .formatted(parameter, id, vocabSize - 1));
    }
  }
}
