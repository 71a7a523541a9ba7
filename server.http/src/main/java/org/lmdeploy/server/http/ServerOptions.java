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
 * @param limits how much the server takes on
 * @param report what it tells of itself
 * @param heartbeat how long a stream is silent before a comment is written to keep it alive
 * @param grace how long running requests may go on when the server is stopped
 */
public record ServerOptions(
    String host,
    int port,
    CorsOptions cors,
    AccessOptions access,
    MediaPolicy media,
    LimitOptions limits,
    ReportOptions report,
    Duration heartbeat,
    Duration grace) {
  /** LMDeploy's address; heartbeats after 10 s, a grace time of 10 s. */
  public static final ServerOptions DEFAULT =
      new ServerOptions(
          "0.0.0.0",
          23333,
          CorsOptions.DEFAULT,
          AccessOptions.DEFAULT,
          MediaPolicy.DEFAULT,
          LimitOptions.DEFAULT,
          ReportOptions.DEFAULT,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10));

  /** Checks the ranges. */
  public ServerOptions {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(cors, "cors");
    Objects.requireNonNull(access, "access");
    Objects.requireNonNull(media, "media");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(report, "report");
    Objects.requireNonNull(heartbeat, "heartbeat");
    Objects.requireNonNull(grace, "grace");
    if (port < 0 || port > 65_535) {
      throw new InvalidRequestException(
          "server-port", "the port is " + port + "; it must be from 0 to 65535");
    }
  }

  /** The same on another address. */
  public ServerOptions withAddress(String newHost, int newPort) {
    return new ServerOptions(
        newHost, newPort, cors, access, media, limits, report, heartbeat, grace);
  }

  /** The same for other origins. */
  public ServerOptions withCors(CorsOptions newCors) {
    return new ServerOptions(host, port, newCors, access, media, limits, report, heartbeat, grace);
  }

  /** The same for other callers. */
  public ServerOptions withAccess(AccessOptions newAccess) {
    return new ServerOptions(host, port, cors, newAccess, media, limits, report, heartbeat, grace);
  }

  /** The same with another policy for images. */
  public ServerOptions withMedia(MediaPolicy newMedia) {
    return new ServerOptions(host, port, cors, access, newMedia, limits, report, heartbeat, grace);
  }

  /** The same with other limits. */
  public ServerOptions withLimits(LimitOptions newLimits) {
    return new ServerOptions(host, port, cors, access, media, newLimits, report, heartbeat, grace);
  }

  /** The same with other times. */
  public ServerOptions withTimes(Duration newHeartbeat, Duration newGrace) {
    return new ServerOptions(
        host, port, cors, access, media, limits, report, newHeartbeat, newGrace);
  }

  /** The same that tells more or less of itself. */
  public ServerOptions withReport(ReportOptions newReport) {
    return new ServerOptions(host, port, cors, access, media, limits, newReport, heartbeat, grace);
  }
}
