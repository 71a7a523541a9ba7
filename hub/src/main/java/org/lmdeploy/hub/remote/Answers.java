package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Addresses of hubs and the JSON that they answer with. */
final class Answers {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private Answers() {}

  /** A path with each segment escaped. */
  static String escapedPath(String path) {
    return Arrays.stream(path.split("/")).map(Answers::escaped).collect(Collectors.joining("/"));
  }

  /** A text escaped as one segment or one value of a query. */
  static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What a hub says at an address. */
  static JsonNode ask(HubClient client, Patience patience, URI uri)
      throws IOException, InterruptedException {
    byte[] answer = patience.call(() -> client.read(uri));
    try {
      return MAPPER.readTree(answer);
    } catch (JacksonException e) {
      ProtocolException failure =
          new ProtocolException(
              uri + " answered with no JSON; a proxy or a login page may be in between");
      failure.initCause(e);
      throw failure;
    }
  }
}
