package org.lmdeploy.shell.cli;

import java.util.List;
import org.lmdeploy.server.http.CorsOptions;
import picocli.CommandLine.Option;

/** Which pages of other origins may call the server. */
final class CorsFlags {
  @Option(
      names = "--allow-origins",
      arity = "1..*",
      paramLabel = "ORIGIN",
      description = "Origins whose pages may call (default: *).")
  private List<String> origins = CorsOptions.DEFAULT.origins();

  @Option(names = "--allow-credentials", description = "Let such calls bring cookies.")
  private boolean credentials;

  @Option(
      names = "--allow-methods",
      arity = "1..*",
      paramLabel = "METHOD",
      description = "Methods that such calls may use (default: *).")
  private List<String> methods = CorsOptions.DEFAULT.methods();

  @Option(
      names = "--allow-headers",
      arity = "1..*",
      paramLabel = "HEADER",
      description = "Headers that such calls may send (default: *).")
  private List<String> headers = CorsOptions.DEFAULT.headers();

  /** The same for the server. */
  CorsOptions toOptions() {
    return new CorsOptions(origins, credentials, methods, headers);
  }
}
