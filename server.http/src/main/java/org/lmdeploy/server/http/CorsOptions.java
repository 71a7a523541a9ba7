package org.lmdeploy.server.http;

import java.util.List;

/**
 * Which pages of other origins may call the server from a browser.
 *
 * @param origins allowed origins; {@code *} for all
 * @param credentials whether calls may bring cookies and authorization
 * @param methods allowed methods; {@code *} for all
 * @param headers allowed request headers; {@code *} for all
 */
public record CorsOptions(
    List<String> origins, boolean credentials, List<String> methods, List<String> headers) {
  /** LMDeploy's default: everything, without credentials. */
  public static final CorsOptions DEFAULT =
      new CorsOptions(List.of("*"), false, List.of("*"), List.of("*"));

  /** Copies the lists. */
  public CorsOptions {
    origins = List.copyOf(origins);
    methods = List.copyOf(methods);
    headers = List.copyOf(headers);
  }
}
