package org.lmdeploy.runtime.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.lmdeploy.api.error.CancelledException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.MediaPolicy;

/**
 * Fetches images over HTTP. Each hop of a redirect is checked anew. The addresses that were checked
 * are those that are asked: the JVM keeps a look-up for longer than the time between the two.
 */
final class UrlFetcher {
  private static final int MAX_REDIRECTS = 3;
  private static final String FIELD = "image_url";

  /** Made at the first fetch: most servers never need it and its start costs time. */
  private volatile HttpClient client;

  byte[] fetch(String url, MediaPolicy policy) {
    long deadline = System.nanoTime() + policy.timeout().toNanos();
    URI uri = parse(url);
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      check(uri, policy);
      HttpResponse<byte[]> response = get(uri, policy, deadline);
      int status = response.statusCode();
      if (status == 200) {
        return response.body();
      }
      String location = response.headers().firstValue("location").orElse("");
      if (status < 300 || status > 399 || location.isEmpty()) {
        throw refused(uri, "the server answered with status " + status);
      }
      uri = uri.resolve(parse(location));
    }
    throw refused(uri, "more than " + MAX_REDIRECTS + " redirects");
  }

  private static URI parse(String url) {
    try {
      return new URI(url.strip());
    } catch (URISyntaxException e) {
      throw new InvalidRequestException(
          FIELD, "the image address is malformed: " + e.getReason(), e);
    }
  }

  private static void check(URI uri, MediaPolicy policy) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new InvalidRequestException(
          FIELD,
          "images come from http:, https: or data: addresses, not from "
              + (scheme.isEmpty() ? "an address without a scheme" : scheme + ":"));
    }
    String host = uri.getHost();
    if (host == null) {
      throw new InvalidRequestException(FIELD, "the image address names no host: " + uri);
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    if (policy.allowedDomains().contains(bare.toLowerCase(Locale.ROOT))) {
      return;
    }
    if (!policy.allowedDomains().isEmpty()) {
      throw refused(uri, "the host " + bare + " is not among --allowed-media-domains");
    }
    for (InetAddress address : resolve(uri, bare)) {
      if (!PublicAddress.is(address)) {
        throw refused(
            uri,
            "the host "
                + bare
                + " has an address that is not public; the server's operator can allow"
                + " it with --allowed-media-domains");
      }
    }
  }

  private static InetAddress[] resolve(URI uri, String host) {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw new InvalidRequestException(
          FIELD, "the image " + uri + " cannot be fetched: the host is unknown", e);
    }
  }

  private HttpResponse<byte[]> get(URI uri, MediaPolicy policy, long deadline) {
    HttpRequest request = HttpRequest.newBuilder(uri).GET().build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client().sendAsync(request, info -> new LimitedBody(policy.maxBytes()));
    try {
      return answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new InvalidRequestException(
          FIELD,
          "the image " + uri + " was not there within " + policy.timeout().toSeconds() + " s",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while an image was fetched", e);
    } catch (ExecutionException e) {
      throw new InvalidRequestException(
          FIELD, "the image " + uri + " cannot be fetched: " + reason(e.getCause()), e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static String reason(Throwable cause) {
    return cause instanceof IOException && cause.getMessage() != null
        ? cause.getMessage()
        : String.valueOf(cause);
  }

  private HttpClient client() {
    HttpClient made = client;
    if (made == null) {
      synchronized (this) {
        made = client;
        if (made == null) {
          made = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
          client = made;
        }
      }
    }
    return made;
  }

  private static InvalidRequestException refused(URI uri, String why) {
    return new InvalidRequestException(FIELD, "the image " + uri + " is not fetched: " + why);
  }
}
