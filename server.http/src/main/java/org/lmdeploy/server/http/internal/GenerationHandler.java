package org.lmdeploy.server.http.internal;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Future;
import org.lmdeploy.server.http.answer.Endpoint;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.JsonBody;
import org.lmdeploy.server.http.net.ClientWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions of one endpoint: reads the body, watches the client, sends the answer. One
 * virtual thread for each question.
 */
final class GenerationHandler implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationHandler.class);

  private final Endpoint endpoint;
  private final InFlight inFlight;
  private final RequestBodies bodies;
  private final JsonBody json;
  private final Heartbeats heartbeats;
  private final Deadlines deadlines;

  GenerationHandler(
      Endpoint endpoint,
      InFlight inFlight,
      RequestBodies bodies,
      JsonBody json,
      Heartbeats heartbeats,
      Deadlines deadlines) {
    this.endpoint = endpoint;
    this.inFlight = inFlight;
    this.bodies = bodies;
    this.json = json;
    this.heartbeats = heartbeats;
    this.deadlines = deadlines;
  }

  @Override
  public void handle(Context context) throws IOException {
    long start = System.nanoTime();
    try (Exchange exchange = inFlight.begin(RequestIds.of(context.res()))) {
      Runnable deadline = deadlines.start(exchange);
      try {
        answer(context, exchange);
      } catch (IOException | RuntimeException e) {
        if (exchange.clientGone()) {
          LOG.debug("a client hung up", e);
        } else if (e instanceof RuntimeException wrong) {
          // sent within the exchange, so that a server that is stopped waits for it
          ErrorRoutes.send(context, wrong);
        } else {
          throw e;
        }
      } finally {
        deadline.run();
        log(context, exchange, start);
      }
    }
  }

  private static void log(Context context, Exchange exchange, long start) {
    String status = exchange.clientGone() ? "hung_up" : Integer.toString(context.res().getStatus());
    RequestLog.write(exchange, context.path(), status, start);
  }

  private void answer(Context context, Exchange exchange) throws IOException {
    Fields body = json.parse(bodies.read(context.req()));
    exchange.setSession(AbortHandler.session(body));
    GenerationPlan plan = endpoint.plan(body);
    ClientWatch watch = ClientWatch.of(context.req());
    watch.start(exchange::hangUp);
    try {
      answer(context.res(), exchange, plan);
    } finally {
      watch.stop();
    }
  }

  private void answer(HttpServletResponse response, Exchange exchange, GenerationPlan plan)
      throws IOException {
    if (plan.stream()) {
      stream(response, exchange, plan);
    } else {
      Generation.run(exchange, plan, new WholeSink(response, plan));
    }
  }

  private void stream(HttpServletResponse response, Exchange exchange, GenerationPlan plan)
      throws IOException {
    EventStream events = new EventStream(response);
    Future<?> heartbeat = heartbeats.start(events, exchange);
    try {
      Generation.run(exchange, plan, new StreamSink(events, plan.writer()));
      events.end();
    } catch (RuntimeException e) {
      if (exchange.clientGone() || !events.isOpen()) {
        throw e; // with the status line still unsent, an error is a response of its own
      }
      plan.writer().error(events, Failure.of(e, RequestIds.of(response)));
      events.end();
    } finally {
      heartbeat.cancel(false);
      events.close();
    }
  }
}
