package org.lmdeploy.turbomind.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.turbomind.cuda.kernel.VariantList;

/** Small decisions of the host: batch sizes that are recorded, pieces of weights, tiles, lists. */
final class HostPartsTest {
  @Test
  void aBatchOfAnySizeHasAGraphThatIsNotMuchLarger() {
    for (int largest : new int[] {1, 3, 8, 100, 128, 256, 300, 1024}) {
      List<Integer> sizes = CudaStepRunner.graphSizes(largest);
      assertEquals(sizes.stream().sorted().distinct().toList(), sizes);
      assertEquals(largest, sizes.getLast());
      for (int batch = 1; batch <= largest; batch++) {
        int needed = batch;
        int size = sizes.stream().filter(s -> s >= needed).findFirst().orElseThrow();
        assertTrue(size <= Math.max(batch + 7, batch * 1.25), batch + " takes " + size);
      }
    }
  }

  @Test
  void piecesCoverALayerAndDoNotMixGatesWithWhatTheyGate() {
    for (boolean gated : new boolean[] {false, true}) {
      for (long most : new long[] {1, 3, 7, 100}) {
        long out = 20;
        int[] seen = new int[(int) out];
        long row = 0;
        for (long rows : new long[] {6, 8, 6}) {
          long done = 0;
          for (WeightLoader.Piece piece : WeightLoader.pieces(row, rows, out, gated, most)) {
            assertEquals(done, piece.from());
            assertTrue(piece.count() >= 1 && piece.count() <= most);
            for (long i = 0; i < piece.count(); i++) {
              long place = piece.first() + i + (piece.mode() == WeightLoader.UP ? out / 2 : 0);
              seen[(int) place]++;
              assertEquals(row + done + i, place);
              assertTrue(piece.mode() != WeightLoader.GATE || place < out / 2);
            }
            done += piece.count();
          }
          assertEquals(rows, done);
          row += rows;
        }
        for (int count : seen) {
          assertEquals(1, count);
        }
      }
    }
  }

  @Test
  void tilesOfImages() {
    assertArrayEquals(
        new int[] {0, 3, 4, 9, 0, 0, 0, 1, 2, 2, 2, 2, 2},
        DenseGroups.startsAndRows(new int[] {3, 1, 5}));
    assertArrayEquals(new int[] {1, 2, 1, 1, 1, 0, 0, 0}, DenseGroups.tiles(new int[] {2, 9}, 4));
  }

  @Test
  void withoutADeviceTheReasonIsTold() {
    CudaDeviceProvider provider = new CudaDeviceProvider();
    Assumptions.assumeTrue(provider.devices().isEmpty(), "there is a device");
    String reason = provider.unavailableReason();
    assertTrue(reason.contains("driver") || reason.contains("nvcc"), reason);
    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> provider.open("cuda:0"));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  @Test
  void listsOfVariants() {
    String list = "// A(1, 2) in words\n#ifdef A\nA(1, 22)\n A( 3 ,4) // why\nAB(5, 6)\n#endif\n";
    List<int[]> entries = VariantList.read(list, "A");
    assertEquals(2, entries.size());
    assertArrayEquals(new int[] {1, 22}, entries.get(0));
    assertArrayEquals(new int[] {3, 4}, entries.get(1));
    assertThrows(IllegalArgumentException.class, () -> VariantList.read(list, "C"));
  }
}
