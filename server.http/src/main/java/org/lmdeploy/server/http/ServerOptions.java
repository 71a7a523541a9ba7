package org.lmdeploy.server.http;

import java.time.Duration;
import java.util.Objects;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.MediaPolicy;

/**
 * How a server is started.
 *
 * @param host the address to listen on
 * @param port the port; 0 for one that the system chooses
 * @param cors which pages of other origins may call
 * @param access who may call, and over what kind of connection
 * @param media which addresses images may come from, and how large they may be
 * @param maxBodyBytes largest request body
 * @param heartbeat how long a stream is silent before a comment is written to keep it alive
 * @param grace how long running requests may go on when the server is stopped
 */
public record ServerOptions(
    String host,
    int port,
    CorsOptions cors,
    AccessOptions access,
    MediaPolicy media,
    int maxBodyBytes,
    Duration heartbeat,
    Duration grace) {
  /** LMDeploy's address; bodies up to 64 MiB, heartbeats after 10 s, a grace time of 10 s. */
  public static final ServerOptions DEFAULT =
      new ServerOptions(
          "0.0.0.0",
          23333,
          CorsOptions.DEFAULT,
          AccessOptions.DEFAULT,
          MediaPolicy.DEFAULT,
          64 << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10));

  /** Checks the ranges. */
  public ServerOptions {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(cors, "cors");
    Objects.requireNonNull(access, "access");
    Objects.requireNonNull(media, "media");
    Objects.requireNonNull(heartbeat, "heartbeat");
    Objects.requireNonNull(grace, "grace");
    if (port < 0 || port > 65_535) {
      throw new InvalidRequestException(
          "server-port", "the port is " + port + "; it must be from 0 to 65535");
    }
    if (maxBodyBytes < 1) {
      throw new InvalidRequestException(
          "max-body-bytes",
          "the largest body is " + maxBodyBytes + " bytes; it must be at least 1");
    }
  }

  /** The same on another address. */
  public ServerOptions withAddress(String newHost, int newPort) {
    return new ServerOptions(newHost, newPort, cors, access, media, maxBodyBytes, heartbeat, grace);
  }

  /** The same for other origins. */
  public ServerOptions withCors(CorsOptions newCors) {
    return new ServerOptions(host, port, newCors, access, media, maxBodyBytes, heartbeat, grace);
  }

  /** The same for other callers. */
  public ServerOptions withAccess(AccessOptions newAccess) {
    return new ServerOptions(host, port, cors, newAccess, media, maxBodyBytes, heartbeat, grace);
  }

  /** The same with another policy for images. */
  public ServerOptions withMedia(MediaPolicy newMedia) {
    return new ServerOptions(host, port, cors, access, newMedia, maxBodyBytes, heartbeat, grace);
  }

  /** The same with another limit of bodies. */
  public ServerOptions withMaxBodyBytes(int newMaxBodyBytes) {
    return new ServerOptions(host, port, cors, access, media, newMaxBodyBytes, heartbeat, grace);
  }

  /** The same with other times. */
  public ServerOptions withTimes(Duration newHeartbeat, Duration newGrace) {
    return new ServerOptions(host, port, cors, access, media, maxBodyBytes, newHeartbeat, newGrace);
  }
}
