package org.lmdeploy.shell.cli;

import java.io.PrintStream;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.RunningServer;

/** What a person sees when the server is up: where it listens, and something to try. */
final class Welcome {
  private Welcome() {}

  static void print(PrintStream out, ServedModel model, String host, RunningServer server) {
    out.printf(
        """
        Serving %1$s on %2$s:%3$d
          Web page:  %4$s/
          OpenAI:    %4$s/v1
          Try:       curl %4$s/v1/chat/completions -H 'Content-Type: application/json' \\
                       -d '{"model": "%1$s", "messages": [{"role": "user", "content": "Hello"}]}'
        """,
        model.name(), host, server.port(), server.url());
    if (model.takesImages()) {
      out.println(
          "             For a picture, \"content\" is a list: [{\"type\": \"image_url\","
              + " \"image_url\":");
      out.println(
          "             {\"url\": \"data:image/png;base64,...\"}}, {\"type\": \"text\", \"text\":"
              + " \"...\"}]");
    }
    out.println("  Ctrl-C ends the server.");
    out.flush();
  }
}
