package org.lmdeploy.server.http.openai;

import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.json.Fields;

/**
 * How the answers are sent.
 *
 * @param stream whether they are sent as they are made
 * @param includeUsage whether the stream ends with the token counts
 */
record StreamFields(boolean stream, boolean includeUsage) {
  static StreamFields read(Fields body) {
    boolean stream = body.flag("stream", false);
    Optional<Fields> options = body.object("stream_options");
    if (options.isEmpty()) {
      return new StreamFields(stream, false);
    }
    if (!stream) {
      throw new InvalidRequestException(
          "stream_options", "stream_options is given; it must only be where stream is true");
    }
    boolean includeUsage = options.get().flag("include_usage", false);
    UnbuiltFields.refuse(
        options.get(), "include_obfuscation", node -> node.isBoolean() && !node.booleanValue());
    options.get().refuseUnknown();
    return new StreamFields(true, includeUsage);
  }
}
