package org.lmdeploy.turbomind.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.turbomind.cuda.driver.MemoryPiece;

/** Addresses that an arena gives out together never overlap, and come again after a frame. */
final class ActivationArenaTest {
  private final List<Piece> pieces = new ArrayList<>();

  private final class Piece implements MemoryPiece {
    private final long address;
    private final long bytes;
    private boolean open = true;

    Piece(long bytes) {
      this.address = (pieces.size() + 1L) << 40;
      this.bytes = bytes;
    }

    @Override
    public long address() {
      return address;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public void close() {
      assertTrue(open, "closed twice");
      open = false;
    }
  }

  private MemoryPiece take(long bytes) {
    pieces.add(new Piece(bytes));
    return pieces.getLast();
  }

  @Test
  void whatIsReservedIsOnePieceAndGivenFirst() {
    ActivationArena arena = new ActivationArena(this::take);
    arena.reserve(1000);
    assertEquals(1L << 40, arena.take(300));
    assertEquals((1L << 40) + 512, arena.take(1), "at multiples of 256");
    assertEquals(1, pieces.size());
    arena.take(1000);
    assertEquals(2, pieces.size(), "a step that needs more takes another piece");
  }

  @Test
  void aFrameGivesBack() {
    ActivationArena arena = new ActivationArena(this::take);
    arena.reserve(4096);
    long outer = arena.take(256);
    long inner;
    try (Frame _ = arena.frame()) {
      inner = arena.take(100);
    }
    assertEquals(inner, arena.take(100));
    assertTrue(inner > outer);
  }

  @Test
  void livingMemoryNeverOverlaps() {
    Random random = new Random(11);
    ActivationArena arena = new ActivationArena(this::take);
    arena.reserve(1 << 20);
    List<long[]> living = new ArrayList<>();
    List<Frame> frames = new ArrayList<>();
    List<Integer> marks = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          frames.add(arena.frame());
          marks.add(living.size());
        }
        case 1 -> {
          if (!frames.isEmpty()) {
            frames.removeLast().close();
            living.subList(marks.removeLast(), living.size()).clear();
          }
        }
        default -> {
          long bytes = 1L + random.nextInt(random.nextInt(50) == 0 ? 40_000_000 : 200_000);
          long address = arena.take(bytes);
          assertEquals(0, address % 256);
          assertTrue(
              pieces.stream()
                  .anyMatch(p -> p.address <= address && address + bytes <= p.address + p.bytes));
          for (long[] other : living) {
            assertTrue(address + bytes <= other[0] || other[0] + other[1] <= address);
          }
          living.add(new long[] {address, bytes});
          if (living.size() > 60) {
            while (!frames.isEmpty()) {
              frames.removeLast().close();
              living.subList(marks.removeLast(), living.size()).clear();
            }
          }
        }
      }
    }
    arena.close();
    assertTrue(pieces.stream().noneMatch(p -> p.open));
  }
}
