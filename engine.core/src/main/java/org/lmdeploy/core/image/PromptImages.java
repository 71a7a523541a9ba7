package org.lmdeploy.core.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.core.kv.BlockContent;

/**
 * The images of one prompt: which positions they take, and which of them are pinned because the
 * prompt is about to run over them.
 */
public final class PromptImages {
  private final List<ImageSpan> spans;
  private final boolean onAxes;
  private final boolean[] pinned;

  /** The images of a prompt, checked and in ascending order. */
  public PromptImages(List<ImageSpan> spans) {
    this.spans = spans;
    this.onAxes = spans.stream().anyMatch(span -> span.image().grid().isPresent());
    this.pinned = new boolean[spans.size()];
  }

  private int end(int index) {
    return spans.get(index).start() + spans.get(index).image().tokens();
  }

  private String key(int index) {
    return spans.get(index).image().key();
  }

  /**
   * Pins the images that positions from {@code from} to before {@code to} need, in the order in
   * which they are needed, up to the first that is missing. Pins in order never block each other: a
   * prompt that holds one can run to its end.
   *
   * @return the images from the missing one on
   */
  List<ProcessedImage> pinUntilMissing(int from, int to, ImageStore store) {
    List<ProcessedImage> rest = new ArrayList<>();
    for (int i = 0; i < spans.size(); i++) {
      if (!pinned[i] && end(i) > from && spans.get(i).start() < to) {
        pinned[i] = rest.isEmpty() && store.pin(key(i));
        if (!pinned[i]) {
          rest.add(spans.get(i).image());
        }
      }
    }
    return rest;
  }

  /** How far a prompt can run from position {@code from}: to {@code to} or to a missing image. */
  public int ready(int from, int to) {
    for (int i = 0; i < spans.size(); i++) {
      if (!pinned[i] && end(i) > from && spans.get(i).start() < to) {
        return Math.max(from, spans.get(i).start());
      }
    }
    return to;
  }

  /** The rows of a step that images give, for positions that begin at row {@code row}. */
  public List<StepBatch.Embeddings> embeddings(int from, int to, int row, ImageStore store) {
    List<StepBatch.Embeddings> rows = new ArrayList<>();
    for (int i = 0; i < spans.size(); i++) {
      int start = spans.get(i).start();
      int first = Math.max(from, start);
      int count = Math.min(to, end(i)) - first;
      if (count > 0) {
        rows.add(
            new StepBatch.Embeddings(row + first - from, store.rows(key(i)), first - start, count));
      }
    }
    return rows;
  }

  /** Unpins the images that end at or before a position: their keys and values are computed. */
  public void unpinBefore(int position, ImageStore store) {
    for (int i = 0; i < spans.size(); i++) {
      if (pinned[i] && end(i) <= position) {
        store.unpin(key(i));
        pinned[i] = false;
      }
    }
  }

  /** Unpins all images. */
  public void unpinAll(ImageStore store) {
    unpinBefore(Integer.MAX_VALUE, store);
  }

  /** Whether a position is a row of an image. */
  public boolean covers(int position) {
    for (int i = 0; i < spans.size(); i++) {
      if (spans.get(i).start() <= position && position < end(i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether some positions on the axes are not the position in the sequence. */
  public boolean onAxes() {
    return onAxes;
  }

  /**
   * Writes the positions on the axes of the tokens from position {@code from} to before {@code to}.
   * They follow from the images alone, so they are the same however the prompt is cut.
   *
   * @param axes [{@link StepBatch#AXES}][rows], written from row {@code row} on
   */
  public void writeAxes(int from, int to, int[][] axes, int row) {
    int saved = 0;
    int next = 0;
    for (int position = from; position < to; position++, row++) {
      while (next < spans.size() && end(next) <= position) {
        saved += saved(next++);
      }
      int first = position - saved;
      int y = 0;
      int x = 0;
      if (next < spans.size() && spans.get(next).start() <= position) {
        Optional<ProcessedImage.Grid> grid = spans.get(next).image().grid();
        if (grid.isPresent()) {
          int within = position - spans.get(next).start();
          first -= within;
          y = within / grid.get().columns();
          x = within % grid.get().columns();
        }
      }
      axes[0][row] = first;
      axes[1][row] = first + y;
      axes[2][row] = first + x;
    }
  }

  /** How many positions fewer than tokens an image takes. */
  private int saved(int index) {
    ProcessedImage image = spans.get(index).image();
    return image
        .grid()
        .map(grid -> image.tokens() - Math.max(grid.rows(), grid.columns()))
        .orElse(0);
  }

  /** Whether the prompt has no image. */
  public boolean isEmpty() {
    return spans.isEmpty();
  }

  /** What the tokens of a block that begins at {@code from} are. */
  public BlockContent content(int[] tokens, int from, int count) {
    int[] codes = Arrays.copyOfRange(tokens, from, from + count);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < spans.size(); i++) {
      int start = spans.get(i).start();
      int first = Math.max(from, start);
      int last = Math.min(from + count, end(i));
      for (int position = first; position < last; position++) {
        codes[position - from] = BlockContent.imageRow(position - start);
      }
      if (first < last) {
        keys.add(key(i));
      }
    }
    return new BlockContent(codes, keys);
  }
}
