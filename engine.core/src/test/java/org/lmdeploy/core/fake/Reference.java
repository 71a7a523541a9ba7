package org.lmdeploy.core.fake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * What the fake model answers when a request runs alone, without any cache: the plain definition
 * that every schedule is compared with.
 */
public final class Reference {
  private final FakeModel model;
  private final int vocabSize;
  private final int sessionLen;
  private final Tokenizer tokenizer;
  private final Set<Integer> endTokens;

  /** The answer's tokens, text and reason. */
  public record Answer(List<Integer> ids, String text, FinishReason reason) {}

  /** A reference for one model and session length. */
  public Reference(
      FakeModel model, int vocabSize, int sessionLen, Tokenizer tokenizer, Set<Integer> endTokens) {
    this.model = model;
    this.vocabSize = vocabSize;
    this.sessionLen = sessionLen;
    this.tokenizer = tokenizer;
    this.endTokens = endTokens;
  }

  /** The answer to a request whose seed is given or that is greedy. */
  public Answer answer(GenerationRequest request) {
    GenerationConfig config = request.config();
    Set<Integer> ends = new HashSet<>(config.stopTokenIds());
    if (!config.ignoreEos()) {
      ends.addAll(endTokens);
    }
    int prompt = request.promptIds().length;
    int most = Math.min(config.maxNewTokens(), sessionLen - prompt);
    Inputs inputs = new Inputs(request);
    FakeConstraint format =
        request.constraint().map(one -> ((FakeConstraint) one).fresh()).orElse(null);
    List<Integer> ids = new ArrayList<>();
    while (ids.size() < most) {
      long state = state(inputs.values, prompt);
      double[] logits = new double[vocabSize];
      for (int id = 0; id < vocabSize; id++) {
        logits[id] = FakeModel.logit(state, id);
      }
      int next = FakeSampler.draw(logits, row(request, ids, ends, format)).id();
      if (ends.contains(next)) {
        return answer(ids, config, FinishReason.STOP);
      }
      ids.add(next);
      inputs.addText(next);
      Answer stopped = atStopWord(ids, config);
      if (stopped != null) {
        return stopped;
      }
      if (format != null) {
        format.accept(next);
        if (format.complete()) {
          return answer(ids, config, FinishReason.STOP);
        }
      }
    }
    return answer(ids, config, FinishReason.LENGTH);
  }

  /** The score of a prompt's token, whose place is no image's, among all that could stand there. */
  public float promptScore(GenerationRequest request, int position) {
    Inputs inputs = new Inputs(request);
    List<Long> before = inputs.values.subList(0, position);
    return (float)
        FakeModel.logit(state(before, request.promptIds().length), request.promptIds()[position]);
  }

  private Answer answer(List<Integer> ids, GenerationConfig config, FinishReason reason) {
    return new Answer(List.copyOf(ids), text(ids, config), reason);
  }

  private String text(List<Integer> ids, GenerationConfig config) {
    int[] array = ids.stream().mapToInt(Integer::intValue).toArray();
    return tokenizer.decode(array, config.skipSpecialTokens());
  }

  /** The answer if its last token completes a stop word; texts here are ASCII. */
  private Answer atStopWord(List<Integer> ids, GenerationConfig config) {
    if (ids.size() <= config.minNewTokens()) {
      return null;
    }
    List<Integer> before = ids.subList(0, ids.size() - 1);
    String old = text(before, config);
    String text = text(ids, config);
    for (int end = old.length() + 1; end <= text.length(); end++) {
      int start = end;
      for (String word : config.stopWords()) {
        if (text.substring(0, end).endsWith(word)) {
          start = Math.min(start, end - word.length());
        }
      }
      if (start < end) {
        boolean counts = config.includeStopStrInOutput() || start > old.length();
        return new Answer(
            List.copyOf(counts ? ids : before),
            text.substring(0, config.includeStopStrInOutput() ? end : start),
            FinishReason.STOP);
      }
    }
    return null;
  }

  /** Embeddings, each turned by its positions on the axes, one token after the other. */
  private static final class Inputs {
    final List<Long> values = new ArrayList<>();
    private int position;

    Inputs(GenerationRequest request) {
      int[] prompt = request.promptIds();
      for (GenerationRequest.ImageSpan span : request.images()) {
        addTexts(prompt, span.start());
        addImage(span.image());
      }
      addTexts(prompt, prompt.length);
    }

    private void addTexts(int[] prompt, int end) {
      while (values.size() < end) {
        addText(prompt[values.size()]);
      }
    }

    void addText(int id) {
      add(FakeModel.embedding(id), position, position, position);
      position++;
    }

    private void add(long input, int time, int height, int width) {
      values.add(FakeModel.turned(input, values.size(), time, height, width));
    }

    private void addImage(ProcessedImage image) {
      int columns = image.grid().map(ProcessedImage.Grid::columns).orElse(0);
      for (int i = 0; i < image.tokens(); i++) {
        long row = FakeModel.imageRow(image, i);
        if (columns == 0) {
          add(row, position + i, position + i, position + i);
        } else {
          add(row, position, position + i / columns, position + i % columns);
        }
      }
      position +=
          image.grid().map(grid -> Math.max(grid.rows(), grid.columns())).orElse(image.tokens());
    }
  }

  private long state(List<Long> inputs, int prompt) {
    long first = 0;
    long second = 0;
    for (int i = 0; i < inputs.size(); i++) {
      first = Hash.mix(first, model.firstLayer(inputs.get(i), i, prompt));
      second = Hash.mix(second, first);
    }
    return second;
  }

  private SamplingRow row(
      GenerationRequest request, List<Integer> ids, Set<Integer> ends, FakeConstraint format) {
    GenerationConfig config = request.config();
    Set<Integer> banned = new HashSet<>(config.badTokenIds());
    if (ids.size() < config.minNewTokens()) {
      banned.addAll(ends);
      config.stopWords().forEach(word -> tokenizer.tokenId(word).ifPresent(banned::add));
    }
    List<Integer> seen = new ArrayList<>(ids);
    for (int i = 0; i < request.promptIds().length; i++) {
      int position = i;
      if (request.images().stream()
          .noneMatch(
              span ->
                  span.start() <= position && position < span.start() + span.image().tokens())) {
        seen.add(request.promptIds()[i]);
      }
    }
    for (String word : config.badWords()) {
      int[] spelled = tokenizer.encode(word, false);
      int before = spelled.length - 1;
      int[] last = array(ids.subList(Math.max(0, ids.size() - before), ids.size()));
      if (Arrays.equals(last, Arrays.copyOf(spelled, before))) {
        banned.add(spelled[before]);
      }
    }
    boolean greedy = !config.doSample();
    return new SamplingRow(
        greedy ? 0 : (float) config.temperature(),
        (float) config.topP(),
        config.topK(),
        (float) config.minP(),
        (float) config.repetitionPenalty(),
        (float) config.presencePenalty(),
        (float) config.frequencyPenalty(),
        array(seen),
        array(ids),
        array(config.logitBias().keySet().stream().toList()),
        floats(config.logitBias().values().stream().toList()),
        array(List.copyOf(banned)),
        config.seed().orElse(0),
        request.promptIds().length + ids.size(),
        -1,
        format == null ? SamplingRow.ALL : permitted(format, ends),
        SamplingRow.NONE);
  }

  private static long[] permitted(FakeConstraint format, Set<Integer> ends) {
    long[] bits = format.permitted();
    if (format.mayEnd()) {
      ends.forEach(id -> bits[id / Long.SIZE] |= 1L << id);
    }
    return bits;
  }

  private static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
