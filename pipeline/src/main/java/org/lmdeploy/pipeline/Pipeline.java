package org.lmdeploy.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.runtime.StandaloneModelManager;

/**
 * A model in this JVM: open it, ask it, close it.
 *
 * <pre>{@code
 * try (Pipeline pipe = Pipeline.open("path/to/model")) {
 *   Response response = pipe.infer("describe this image", Image.file(Path.of("picture.png")));
 *   System.out.println(response.text());
 * }
 * }</pre>
 *
 * <p>Answers are greedy unless a {@link GenerationConfig} says otherwise. Safe for many threads;
 * what they ask at the same time runs in one batch.
 */
public final class Pipeline implements AutoCloseable {
  private static final GenerationConfig GREEDY = GenerationConfig.builder().build();

  private final StandaloneModelManager manager;
  private final ServedModel model;

  private Pipeline(StandaloneModelManager manager, ServedModel model) {
    this.manager = manager;
    this.model = model;
  }

  /**
   * Opens a model with every choice left to the platform.
   *
   * @param model a folder, the name of an embedded model ({@code tiny-internvl2}), or an id at
   *     Hugging Face or ModelScope ({@code OpenGVLab/InternVL2-8B}), which is downloaded if need be
   * @throws LmDeployException if the model cannot be opened, or if the JVM lacks flags; the message
   *     says what would be right
   */
  public static Pipeline open(String model) {
    return open(LoadOptions.of(model));
  }

  /**
   * Opens a model.
   *
   * @throws LmDeployException if the model cannot be opened, or if the JVM lacks flags; the message
   *     says what would be right
   */
  public static Pipeline open(LoadOptions options) {
    JvmFlags.check();
    StandaloneModelManager manager = StandaloneModelManager.open(Pipeline.class.getClassLoader());
    try {
      return new Pipeline(manager, manager.models().load(options, line -> {}));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Answers a text with any number of images. */
  public Response infer(String text, Image... images) {
    return infer(Prompt.of(text, images));
  }

  /** Answers a prompt. */
  public Response infer(Prompt prompt) {
    return infer(prompt, GREEDY);
  }

  /** Answers a prompt. */
  public Response infer(Prompt prompt, GenerationConfig config) {
    try (ResponseStream stream = stream(prompt, config)) {
      return stream.response();
    }
  }

  /** Answers several prompts in one batch, in their order. */
  public List<Response> infer(List<Prompt> prompts) {
    return infer(prompts, GREEDY);
  }

  /** Answers several prompts in one batch, in their order; if one fails, none is kept. */
  public List<Response> infer(List<Prompt> prompts, GenerationConfig config) {
    List<ResponseStream> streams = new ArrayList<>();
    try {
      for (Prompt prompt : prompts) {
        streams.add(stream(prompt, config));
      }
      return streams.stream().map(ResponseStream::response).toList();
    } finally {
      streams.forEach(ResponseStream::close);
    }
  }

  /** Answers a prompt chunk by chunk. */
  public ResponseStream stream(Prompt prompt) {
    return stream(prompt, GREEDY);
  }

  /** Answers a prompt chunk by chunk. */
  public ResponseStream stream(Prompt prompt, GenerationConfig config) {
    return new ResponseStream(model.chat(ChatRequest.of(prompt.messages(), config)));
  }

  /** Answers the next turn of a conversation and remembers it; a failed turn is not remembered. */
  public Response chat(Session session, String text, Image... images) {
    return chat(session, Prompt.of(text, images), GREEDY);
  }

  /** Answers the next turn of a conversation and remembers it; a failed turn is not remembered. */
  public Response chat(Session session, Prompt prompt, GenerationConfig config) {
    Response response = infer(session.with(prompt), config);
    session.said(prompt, response.text());
    return response;
  }

  /** The loaded model: statistics, tokenizer, and why it runs as it does. */
  public ServedModel model() {
    return model;
  }

  @Override
  public void close() {
    manager.close();
  }
}
