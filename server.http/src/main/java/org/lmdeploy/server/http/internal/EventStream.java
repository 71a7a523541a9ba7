package org.lmdeploy.server.http.internal;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.lmdeploy.server.http.answer.EventWriter;

/**
 * Server-sent events to one client, each flushed at once. Written by hand and not by Javalin's
 * handler, which answers only clients that say {@code Accept: text/event-stream}.
 */
final class EventStream implements EventWriter {
  private static final byte[] EVENT = "event: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COMMENT = ": ping\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ReentrantLock lock = new ReentrantLock();
  private final ByteArrayOutputStream event = new ByteArrayOutputStream(512);
  private final HttpServletResponse response;
  private OutputStream out;
  private long lastWrite;

  EventStream(HttpServletResponse response) {
    this.response = response;
  }

  /** Sends the head of the response. */
  void open() throws IOException {
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType("text/event-stream");
    response.setCharacterEncoding("utf-8");
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("X-Accel-Buffering", "no"); // a proxy that collects would undo the streaming
    lock.lock();
    try {
      out = response.getOutputStream();
      lastWrite = System.nanoTime();
      out.flush();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the head was sent, so that an error can only be an event. */
  boolean isOpen() {
    lock.lock();
    try {
      return out != null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void event(Consumer<OutputStream> data) throws IOException {
    write("", data);
  }

  @Override
  public void event(String type, Consumer<OutputStream> data) throws IOException {
    write(type, data);
  }

  private void write(String type, Consumer<OutputStream> data) throws IOException {
    lock.lock();
    try {
      event.reset();
      if (!type.isEmpty()) {
        event.write(EVENT);
        event.write(type.getBytes(StandardCharsets.US_ASCII));
        event.write('\n');
      }
      event.write(DATA);
      data.accept(event);
      event.write(END);
      event.writeTo(out);
      out.flush();
      lastWrite = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void done() throws IOException {
    write(DONE);
  }

  /** Nanoseconds since something was written; nothing while a write is under way. */
  long silentNanos() {
    if (!lock.tryLock()) {
      return 0;
    }
    try {
      return out == null ? 0 : System.nanoTime() - lastWrite;
    } finally {
      lock.unlock();
    }
  }

  /** Sends a comment, which keeps the connection alive and finds out whether there still is one. */
  void ping() throws IOException {
    write(COMMENT);
  }

  private void write(byte[] bytes) throws IOException {
    lock.lock();
    try {
      if (out != null) {
        out.write(bytes);
        out.flush();
        lastWrite = System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Completes the response; returns when all is sent. */
  void end() throws IOException {
    lock.lock();
    try {
      out.close();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is written from here on. */
  void close() {
    lock.lock();
    try {
      out = null;
    } finally {
      lock.unlock();
    }
  }
}
