package org.lmdeploy.server.http.openapi;

import java.util.Optional;

/**
 * One route of the server.
 *
 * @param method its HTTP method
 * @param path its path, with variables in braces
 * @param tag the group that it is shown in
 * @param summary what it does, in one line
 * @param request the body; empty for none
 * @param answers the type of the answer
 * @param answer the answer's body
 * @param event the data of each event where the answer may be streamed
 * @param open whether it needs no key where the server has keys
 */
public record Operation(
    String method,
    String path,
    String tag,
    String summary,
    Optional<Schema> request,
    String answers,
    Schema answer,
    Optional<Schema> event,
    boolean open) {
  private static final String JSON = "application/json";

  /** A question without a body that is answered with JSON. */
  static Operation get(String path, String tag, String summary, Schema answer) {
    return new Operation(
        "GET", path, tag, summary, Optional.empty(), JSON, answer, Optional.empty(), false);
  }

  /** A question with a body of JSON that is answered with JSON. */
  static Operation post(String path, String tag, String summary, Schema request, Schema answer) {
    return new Operation(
        "POST", path, tag, summary, Optional.of(request), JSON, answer, Optional.empty(), false);
  }

  /** A route that there is only to say why it cannot be used. */
  public static Operation refused(String method, String path, String why) {
    return new Operation(
        method,
        path,
        "Not supported",
        "Always an error: " + why + ".",
        Optional.empty(),
        JSON,
        Schema.any(),
        Optional.empty(),
        false);
  }

  /** The same with an answer that is no JSON. */
  Operation answering(String type) {
    return new Operation(method, path, tag, summary, request, type, answer, event, open);
  }

  /** The same, whose answer is a stream of events where {@code stream} asks for it. */
  Operation streaming(Schema data) {
    return new Operation(
        method, path, tag, summary, request, answers, answer, Optional.of(data), open);
  }

  /** The same for everybody. */
  Operation withoutKey() {
    return new Operation(method, path, tag, summary, request, answers, answer, event, true);
  }
}
