package org.lmdeploy.api.error;

/**
 * The stable codes of everything that can go wrong, and the only place that maps them to HTTP
 * statuses and to exit codes of the command line.
 */
public enum ErrorCode {
  /** A parameter, a message or an image of the request is wrong. */
  INVALID_REQUEST("invalid_request_error", 400, 2),
  /** No model of that name is served, or nothing is found at that path. */
  MODEL_NOT_FOUND("model_not_found", 404, 3),
  /** The files of a model are missing, damaged or contradict each other. */
  INVALID_MODEL("invalid_model", 400, 4),
  /** The request or the model needs something that no loaded bundle offers. */
  UNSUPPORTED_FEATURE("unsupported_feature", 400, 5),
  /** The prompt, or the prompt with the wanted answer, is longer than the session. */
  CONTEXT_LENGTH_EXCEEDED("context_length_exceeded", 400, 6),
  /** What the request needs for itself, a name or a session, is in use. */
  CONFLICT("request_conflict", 409, 11),
  /** More work is queued than the server accepts. */
  OVERLOADED("overloaded", 429, 7),
  /** The request was cancelled by its caller. */
  CANCELLED("request_cancelled", 499, 8),
  /** The model is being withdrawn or is not open any more. */
  UNAVAILABLE("engine_unavailable", 503, 9),
  /** A device failed or has too little memory. */
  DEVICE_FAILURE("device_failure", 500, 10),
  /** A defect of this program. */
  INTERNAL("internal_error", 500, 1);

  private final String code;
  private final int httpStatus;
  private final int exitCode;

  ErrorCode(String code, int httpStatus, int exitCode) {
    this.code = code;
    this.httpStatus = httpStatus;
    this.exitCode = exitCode;
  }

  /** The code as clients see it, for example {@code context_length_exceeded}. */
  public String code() {
    return code;
  }

  /** The HTTP status of a response that carries this error. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The exit status of a command that ends with this error. */
  public int exitCode() {
    return exitCode;
  }
}
