package org.lmdeploy.core.fake;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.model.VisionModel;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.Tensor;

/**
 * A model whose logits are a hash of everything that attention would read: the keys and values of
 * two layers at all positions up to the token's own, found through the block table. A wrong block,
 * a wrong position, a block reused wrongly or overwritten changes every later token.
 */
public final class FakeModel implements LanguageModel, VisionModel {
  private final int vocabSize;
  private final int switchLength;
  private volatile Consumer<StepBatch> onForward = step -> {};
  private volatile Consumer<List<ProcessedImage>> onEncode = images -> {};

  /**
   * A model.
   *
   * @param switchLength keys of sequences that are longer depend on the length
   */
  public FakeModel(int vocabSize, int switchLength) {
    this.vocabSize = vocabSize;
    this.switchLength = switchLength;
  }

  /** Something that happens in each forward, on the engine's thread. */
  public void onForward(Consumer<StepBatch> action) {
    onForward = action;
  }

  /** Something that happens in each encoding, on the engine's thread. */
  public void onEncode(Consumer<List<ProcessedImage>> action) {
    onEncode = action;
  }

  @Override
  public Tensor encode(List<ProcessedImage> images, Ops ops) {
    onEncode.accept(images);
    int rows = images.stream().mapToInt(ProcessedImage::tokens).sum();
    FakeTensor result = (FakeTensor) ops.empty(rows, 1);
    int row = 0;
    for (ProcessedImage image : images) {
      for (int i = 0; i < image.tokens(); i++) {
        result.data()[row++] = imageRow(image, i);
      }
    }
    return result;
  }

  /** The embedding of a row of an image. */
  public static long imageRow(ProcessedImage image, int row) {
    int seed = image.pixels().data().get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    return Hash.mix(Hash.mix(seed, row), 77);
  }

  /** The embedding of a token. */
  public static long embedding(int id) {
    return Hash.mix(id, 5);
  }

  @Override
  public Tensor forward(StepBatch step, KvCache cache, Ops ops) {
    onForward.accept(step);
    long[] inputs = inputs(step);
    FakeTensor logits = (FakeTensor) ops.empty(step.logitRows().length, vocabSize);
    int row = 0;
    int logitRow = 0;
    for (StepBatch.Sequence sequence : step.sequences()) {
      for (int i = 0; i < sequence.newTokens(); i++, row++) {
        int position = sequence.contextLength() - sequence.newTokens() + i;
        if (step.positions()[row] != position) {
          throw new IllegalArgumentException(step.positions()[row] + " is not " + position);
        }
        long state =
            attend((FakeKvCache) cache, sequence, position, turned(step, row, inputs[row]));
        if (logitRow < step.logitRows().length && step.logitRows()[logitRow] == row) {
          for (int id = 0; id < vocabSize; id++) {
            logits.data()[logitRow * vocabSize + id] = Double.doubleToLongBits(logit(state, id));
          }
          logitRow++;
        }
      }
    }
    if (logitRow != step.logitRows().length || logitRow == 0) {
      throw new IllegalArgumentException("wrong logit rows");
    }
    return logits;
  }

  private static long[] inputs(StepBatch step) {
    long[] inputs = new long[step.tokens().length];
    for (int row = 0; row < inputs.length; row++) {
      inputs[row] = embedding(step.tokens()[row]);
    }
    for (StepBatch.Embeddings image : step.embeddings()) {
      System.arraycopy(
          ((FakeTensor) image.source()).data(),
          image.sourceRow(),
          inputs,
          image.row(),
          image.count());
    }
    return inputs;
  }

  private static long turned(StepBatch step, int row, long input) {
    return turned(
        input, step.positions()[row], step.axis(0)[row], step.axis(1)[row], step.axis(2)[row]);
  }

  /** An embedding at its positions on the axes. */
  static long turned(long input, int position, int time, int height, int width) {
    return time == position && height == position && width == position
        ? input
        : Hash.mix(Hash.mix(Hash.mix(input, time), height), width);
  }

  private long attend(FakeKvCache cache, StepBatch.Sequence sequence, int position, long input) {
    int[] table = sequence.blockTable();
    cache.write(0, table, position, firstLayer(input, position, sequence.promptLength()));
    long first = 0;
    for (int i = 0; i <= position; i++) {
      first = Hash.mix(first, cache.read(0, table, i));
    }
    cache.write(1, table, position, first);
    long second = 0;
    for (int i = 0; i <= position; i++) {
      second = Hash.mix(second, cache.read(1, table, i));
    }
    return second;
  }

  /** Key and value of the first layer. */
  long firstLayer(long input, int position, int promptLength) {
    int length = Math.max(promptLength, position + 1);
    return Hash.mix(Hash.mix(input, position), length > switchLength ? length : 0);
  }

  /** A logit, from -1 to 1. */
  static double logit(long state, int id) {
    return 2 * Hash.unit(Hash.mix(state, id)) - 1;
  }
}
