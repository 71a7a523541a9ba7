package org.lmdeploy.server.http.answer;

import java.util.Optional;

/**
 * What a client is told of what went wrong.
 *
 * @param status the HTTP status
 * @param code the stable code
 * @param message what was wrong and what would be right
 * @param parameter the field that is to blame
 */
public record RequestError(int status, String code, String message, Optional<String> parameter) {}
