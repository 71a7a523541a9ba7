package org.lmdeploy.benchmark.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;

/**
 * The ceiling: at each tick as many bytes as an event has are written to each connection, by a
 * virtual thread that waits for nothing else. No server that streams can do with less.
 */
final class BareSockets {
  private BareSockets() {}

  /** Listens; each connection gets its bytes until it is closed. Returns the port. */
  static int open(Ticker ticker, int bytes) throws IOException {
    ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(server, ticker, bytes));
    return server.getLocalPort();
  }

  private static void accept(ServerSocket server, Ticker ticker, int bytes) {
    try (server) {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> write(socket, ticker, bytes));
      }
    } catch (IOException e) {
      throw new IllegalStateException("no more connections are taken", e);
    }
  }

  private static void write(Socket socket, Ticker ticker, int bytes) {
    Semaphore ticks = new Semaphore(0);
    Runnable taker = ticks::release;
    byte[] event = new byte[bytes];
    ticker.add(taker);
    try (socket;
        OutputStream out = socket.getOutputStream()) {
      while (true) {
        ticks.acquire();
        out.write(event);
      }
    } catch (IOException | InterruptedException closed) {
      Thread.currentThread().interrupt(); // its client has seen enough
    } finally {
      ticker.remove(taker);
    }
  }
}
