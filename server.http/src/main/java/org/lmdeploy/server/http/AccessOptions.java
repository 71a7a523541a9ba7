package org.lmdeploy.server.http;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * Who may call, what they may do, and over what kind of connection.
 *
 * @param apiKeys the keys of which a request must bring one; empty if none is needed
 * @param tls the server's identity; empty for plain HTTP
 * @param permissions what callers may do beyond asking models
 */
public record AccessOptions(List<String> apiKeys, Optional<TlsFiles> tls, Permissions permissions) {
  /** LMDeploy's default: everybody, over plain HTTP. */
  public static final AccessOptions DEFAULT = new AccessOptions(List.of(), Optional.empty());

  private static final int MAX_KEY_LENGTH = 1024;

  /** Checks that every key can be sent in a header. */
  public AccessOptions {
    apiKeys = List.copyOf(apiKeys);
    Objects.requireNonNull(tls, "tls");
    Objects.requireNonNull(permissions, "permissions");
    for (int i = 0; i < apiKeys.size(); i++) {
      String key = apiKeys.get(i);
      boolean visible = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
      if (key.isEmpty() || key.length() > MAX_KEY_LENGTH || !visible) {
        // the key itself is not shown: errors end up in logs
        throw new InvalidRequestException(
            "api-keys",
            "API key %d cannot be sent in a header; it must be 1 to %d ASCII characters without spaces"
                .formatted(i + 1, MAX_KEY_LENGTH));
      }
    }
  }

  /** Callers who may only ask models. */
  public AccessOptions(List<String> apiKeys, Optional<TlsFiles> tls) {
    this(apiKeys, tls, Permissions.NONE);
  }

  /** Says how many keys there are, never what they are. */
  @Override
  public String toString() {
    return "AccessOptions[apiKeys="
        + apiKeys.size()
        + ", tls="
        + tls
        + ", permissions="
        + permissions
        + "]";
  }
}
