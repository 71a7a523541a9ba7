package org.lmdeploy.template;

import java.util.Locale;
import org.lmdeploy.api.error.InvalidRequestException;

/** What a template makes of the messages, under LMDeploy's names. */
enum Capability {
  /** A conversation with texts around its parts. */
  CHAT,
  /** The bare text, to be continued. */
  COMPLETION,
  /** The bare text; LMDeploy's name for it with CodeLlama's Python models. */
  PYTHON,
  /** Two pieces of code with a gap between them. */
  INFILLING;

  /**
   * @param where what the name was read from, for messages
   */
  static Capability of(String name, String where) {
    for (Capability capability : values()) {
      if (capability.name().toLowerCase(Locale.ROOT).equals(name)) {
        return capability;
      }
    }
    throw new InvalidRequestException(
        where + ": capability is '" + name + "'; chat, completion, infilling or python is needed");
  }
}
