package org.lmdeploy.hub.remote;

import java.io.IOException;

/** A hub did not answer, or could not, however often it was asked. */
final class HubUnreachableException extends IOException {
  HubUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
