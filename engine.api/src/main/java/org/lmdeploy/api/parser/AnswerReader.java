package org.lmdeploy.api.parser;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads one answer as it is generated. Text is held back only while it may be the beginning of
 * something else; however the text is cut into pieces, the parts are the same but for their cuts.
 * One thread at a time.
 */
@ConsumerType
public interface AnswerReader {
  /**
   * Reads what came next.
   *
   * @param text new text, maybe empty
   * @return what is known of it now, maybe nothing
   */
  List<AnswerPart> read(String text);

  /**
   * The answer has ended.
   *
   * @return what was held back
   */
  List<AnswerPart> end();
}
