package org.lmdeploy.api.parser;

import java.util.Objects;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.grammar.OutputFormat;

/**
 * A function that may be called, with what its arguments must be.
 *
 * @param name letters, digits, {@code _}, {@code -} and {@code .}, at most 64
 * @param arguments the format of the arguments, which is that of JSON objects
 */
public record CallableFunction(String name, OutputFormat arguments) {
  /** The longest name. */
  public static final int MAX_NAME = 64;

  /** Checks the name, which then can stand in JSON and in tags as it is. */
  public CallableFunction {
    requireName(name);
    Objects.requireNonNull(arguments, "arguments");
  }

  /**
   * @throws InvalidRequestException if this cannot be the name of a function
   */
  public static void requireName(String name) {
    if (!name.matches("[a-zA-Z0-9_.-]{1," + MAX_NAME + "}")) {
      throw new InvalidRequestException(
          "tools",
          "\""
              + (name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…")
              + "\" is no name of a function; letters, digits, '_', '-' and '.' are, at most "
              + MAX_NAME
              + " of them");
    }
  }
}
