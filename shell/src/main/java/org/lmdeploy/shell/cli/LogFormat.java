package org.lmdeploy.shell.cli;

import java.util.logging.Handler;
import java.util.logging.Logger;

/** How lines of the log look; the names are those that a flag takes. */
enum LogFormat {
  /** As the configuration says. */
  text,
  /** One JSON object a line. */
  json;

  /** All lines look like this from now on. */
  void apply() {
    if (this == json) {
      for (Handler handler : Logger.getLogger("").getHandlers()) {
        handler.setFormatter(new JsonLogFormatter());
      }
    }
  }
}
