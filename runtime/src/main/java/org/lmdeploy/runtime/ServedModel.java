package org.lmdeploy.runtime;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.osgi.annotation.versioning.ProviderType;

/** A loaded model. Safe for many threads. */
@ProviderType
public interface ServedModel {
  /** The name it is served under. */
  String name();

  /** Its folder. */
  Path folder();

  /** When it was loaded. */
  Instant loadedAt();

  /** Whether it takes images. */
  boolean takesImages();

  /** Which parts were chosen and by what evidence, and the memory plan, one line each. */
  List<String> why();

  /** Most tokens of a sequence, prompt and answer. */
  int sessionLen();

  /** The memory that it takes. */
  MemoryPlan plan();

  /** The device that it runs on. */
  DeviceInfo device();

  /** Counts of this moment. */
  EngineStats stats();

  /** Its tokenizer; closed with the model. */
  Tokenizer tokenizer();

  /** How it writes calls of tools; empty if that is not known. */
  Optional<ToolParser> toolParser();

  /** How it marks its reasoning; empty if it does not reason. */
  Optional<ReasoningParser> reasoningParser();

  /**
   * Whether a variable can change its chat template's prompt.
   *
   * @param variable its name, for example {@code reasoning_effort}
   */
  boolean templateTakes(String variable);

  /** Texts of its tokenizer's special tokens. */
  Set<String> specialTokens();

  /**
   * Sampling defaults for a request that samples: the checkpoint's {@code generation_config.json}
   * where it says something, else LMDeploy's HTTP defaults (temperature 0.7, top_p 1, top_k 40).
   */
  GenerationConfig samplingDefaults();

  /**
   * Renders a conversation and prepares its images.
   *
   * @throws org.lmdeploy.api.error.LmDeployException if anything is wrong with the request
   */
  PreparedChat prepare(ChatRequest request);

  /**
   * Goes on with a conversation: only what follows the last answer is rendered and tokenized.
   *
   * @param before this model's; maybe empty
   * @param request what is said next
   * @throws org.lmdeploy.api.error.LmDeployException if anything is wrong with the request
   */
  PreparedChat resume(ChatHistory before, ChatRequest request);

  /**
   * Prepares a conversation without a template: its texts one after the other, and its images where
   * {@link org.lmdeploy.api.chat.TextPart#IMAGE_TOKEN} stands, else in front of their message's
   * text.
   *
   * @throws org.lmdeploy.api.error.LmDeployException if anything is wrong with the request
   */
  PreparedChat prepareUntemplated(ChatRequest request);

  /**
   * Prepares token ids with images.
   *
   * @param ids the prompt; the family's placeholder id stands once for each image, or as often as
   *     the image has tokens
   * @param images the images in order
   * @throws org.lmdeploy.api.error.LmDeployException if anything is wrong with the request
   */
  PreparedChat prepareIds(int[] ids, List<ImagePart> images, MediaPolicy media);

  /**
   * Answers a conversation once.
   *
   * @throws org.lmdeploy.api.error.LmDeployException if anything is wrong with the request
   */
  default GenerationStream chat(ChatRequest request) {
    return prepare(request).generate(request.config());
  }

  /**
   * Continues a text, without a template.
   *
   * @throws org.lmdeploy.api.error.LmDeployException if anything is wrong with the request
   */
  GenerationStream complete(String prompt, GenerationConfig config);

  /**
   * Continues token ids.
   *
   * @throws org.lmdeploy.api.error.LmDeployException if anything is wrong with the request
   */
  GenerationStream complete(int[] promptIds, GenerationConfig config);
}
