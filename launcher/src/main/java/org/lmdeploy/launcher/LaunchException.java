package org.lmdeploy.launcher;

/**
 * The distribution cannot be started; the message says why and what would help, for the person who
 * typed the command.
 */
final class LaunchException extends Exception {
  LaunchException(String message) {
    super(message);
  }

  LaunchException(String message, Throwable cause) {
    super(message, cause);
  }
}
