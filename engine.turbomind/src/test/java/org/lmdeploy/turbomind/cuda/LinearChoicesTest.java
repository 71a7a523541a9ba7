package org.lmdeploy.turbomind.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The choice of linear kernels, over the list that the build compiles. */
final class LinearChoicesTest {
  private static final int MULTIPROCESSORS = 132;
  private static final CudaLinear LAYER =
      new CudaLinear(6144, 4096, CudaLinear.paddedRows(6144, false), 1 << 20, 0, false);

  @TempDir Path folder;
  private String list;
  private List<LinearVariant> hopper;

  @BeforeEach
  void read() throws IOException {
    list = Files.readString(Path.of("src/main/cuda/linear.def"));
    hopper = LinearVariant.of(list, 90, 227 << 10, 228 << 10);
  }

  private LinearChoices choices() {
    return new LinearChoices(hopper, MULTIPROCESSORS, new ChoiceFile(folder.resolve("a/b.txt")));
  }

  @Test
  void everyChipHasAKernelForEveryNumberOfRows() {
    for (int capability : new int[] {80, 86, 89, 90, 100, 120}) {
      List<LinearVariant> variants = LinearVariant.of(list, capability, 99 << 10, 100 << 10);
      assertEquals(capability == 90, variants.stream().anyMatch(LinearVariant::hopper));
      LinearChoices choices =
          new LinearChoices(variants, 84, new ChoiceFile(folder.resolve("none.txt")));
      for (int rows = 1; rows < 9000; rows += 7) {
        LinearChoice choice = choices.of(LAYER, rows);
        assertTrue(variants.contains(choice.variant()));
        assertEquals(0, choice.blocks() % choice.variant().cluster());
        int shared = choice.variant().sharedMemory() + 1024;
        assertTrue(choice.blocks() > 0 && choice.blocks() <= 84 * ((100 << 10) / shared));
      }
    }
  }

  @Test
  void namesAreDistinct() {
    Set<String> names = new HashSet<>();
    hopper.forEach(variant -> assertTrue(names.add(variant.name()), variant.name()));
  }

  @Test
  void theFastestIsKeptAcrossProcesses() {
    LinearChoices first = choices();
    assertFalse(first.isMeasured(LAYER, 60));
    Set<LinearChoice> tried = new HashSet<>();
    ChoiceFile file = new ChoiceFile(folder.resolve("kept.txt"));
    LinearChoices measuring = new LinearChoices(hopper, MULTIPROCESSORS, file);
    measuring.measure(
        LAYER,
        60,
        choice -> {
          tried.add(choice);
          return choice.variant().tokens() == 64 && choice.blocks() > MULTIPROCESSORS ? 1 : 2;
        });
    assertTrue(tried.size() > 3, "several kernels are tried");
    LinearChoice best = measuring.of(LAYER, 64);
    assertEquals(64, best.variant().tokens());
    assertTrue(best.blocks() > MULTIPROCESSORS);
    file.save();
    LinearChoices later =
        new LinearChoices(hopper, MULTIPROCESSORS, new ChoiceFile(folder.resolve("kept.txt")));
    assertTrue(later.isMeasured(LAYER, 50));
    assertEquals(best, later.of(LAYER, 50));
    assertFalse(later.isMeasured(LAYER, 65), "another number of rows");
  }

  /** 224 tiles for 264 places: with 224 blocks none is divided. */
  @Test
  void aGridOfWholeTilesIsTried() {
    CudaLinear gateUp =
        new CudaLinear(28_672, 4096, CudaLinear.paddedRows(28_672, true), 1 << 20, 0, true);
    Set<Integer> grids = new HashSet<>();
    choices()
        .measure(
            gateUp,
            64,
            choice -> {
              if (choice.variant().tokens() == 64) {
                grids.add(choice.blocks());
              }
              return 1;
            });
    assertEquals(Set.of(2 * MULTIPROCESSORS, 224, MULTIPROCESSORS), grids);
  }

  @Test
  void aSmallLeadDoesNotCount() {
    LinearChoices choices = choices();
    int[] calls = {0};
    choices.measure(LAYER, 1, choice -> 1 - 1e-6 * calls[0]++);
    LinearChoices other = choices();
    other.measure(LAYER, 1, choice -> 1);
    assertEquals(other.of(LAYER, 1), choices.of(LAYER, 1));
  }

  @Test
  void aFileOfAnotherBuildIsMeasuredAgain() throws IOException {
    Path path = folder.resolve("old.txt");
    Files.writeString(path, "6144.4096.plain.64=linear_of_yesterday 132\nnonsense\n");
    LinearChoices choices = new LinearChoices(hopper, MULTIPROCESSORS, new ChoiceFile(path));
    assertFalse(choices.isMeasured(LAYER, 64));
    assertTrue(hopper.contains(choices.of(LAYER, 64).variant()));
  }

  @Test
  void filesDifferByDeviceBuildAndType() {
    assertNotEquals(
        ChoiceFile.of("NVIDIA H200", "aa", "BF16"), ChoiceFile.of("NVIDIA H100", "aa", "BF16"));
    assertNotEquals(
        ChoiceFile.of("NVIDIA H200", "aa", "BF16"), ChoiceFile.of("NVIDIA H200", "ab", "BF16"));
    assertNotEquals(
        ChoiceFile.of("NVIDIA H200", "aa", "BF16"), ChoiceFile.of("NVIDIA H200", "aa", "F16"));
  }

  /** A step in which one kernel disturbs its neighbour: what is best alone is not best together. */
  @Test
  void aStepDecidesBetweenKernelsThatAreCloseAlone() {
    ChoiceFile file = new ChoiceFile(folder.resolve("step.txt"));
    LinearChoices choices = new LinearChoices(hopper, MULTIPROCESSORS, file);
    CudaLinear small =
        new CudaLinear(4096, 4096, CudaLinear.paddedRows(4096, false), 1 << 20, 0, false);
    for (CudaLinear layer : List.of(LAYER, small)) {
      choices.measure(
          layer, 64, choice -> choice.variant().tokens() == 64 ? 1 + 1e-3 * choice.blocks() : 9);
    }
    LinearChoice alone = choices.of(LAYER, 64);
    assertEquals(MULTIPROCESSORS, alone.blocks());
    int[] steps = {0};
    StepTuner tuner =
        new StepTuner(
            choices,
            file,
            "6144.4096+4096.4096",
            rows -> {
              steps[0]++;
              boolean large = choices.of(LAYER, rows).blocks() > MULTIPROCESSORS;
              boolean other = choices.of(small, rows).blocks() > MULTIPROCESSORS;
              return rows != 64 ? 1 : large && !other ? 0.5 : large ? 0.8 : 1;
            });
    tuner.tune(64);
    assertTrue(choices.of(LAYER, 64).blocks() > MULTIPROCESSORS);
    assertEquals(MULTIPROCESSORS, choices.of(small, 64).blocks());
    int needed = steps[0];
    tuner.tune(64);
    assertEquals(needed, steps[0], "what was tuned is not timed again");
    file.save();
    LinearChoices later =
        new LinearChoices(hopper, MULTIPROCESSORS, new ChoiceFile(folder.resolve("step.txt")));
    assertTrue(later.of(LAYER, 64).blocks() > MULTIPROCESSORS);
  }

  @Test
  void weightsArePadded() {
    assertEquals(128, CudaLinear.paddedRows(1, false));
    assertEquals(92_672, CudaLinear.paddedRows(92_553, false));
    assertEquals(128, CudaLinear.paddedRows(74, true), "2 x 40 rows");
    assertEquals(256, CudaLinear.paddedRows(2 * 65, true), "2 x 72 rows");
    assertEquals(640, CudaLinear.paddedColumns(588));
  }
}
