package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.DirectEndpoint;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.JsonWriting;
import org.lmdeploy.server.http.json.Problems;
import tools.jackson.core.JsonGenerator;

/**
 * {@code /v1/models/load}: serves one more model, with the options of the command line under
 * LMDeploy's names.
 *
 * @param manager the models
 */
public record LoadEndpoint(ModelManager manager) implements DirectEndpoint {
  private static final int ANY = Integer.MAX_VALUE;

  @Override
  public void answer(Fields body, OutputStream out) {
    String source =
        body.text("model")
            .filter(text -> !text.isBlank())
            .orElseThrow(
                () -> Problems.missing("model", "a folder, an embedded model, or a hub's id"));
    LoadOptions options =
        new LoadOptions(
            source,
            body.text("name"),
            body.text("chat_template"),
            body.text("backend"),
            body.text("device"),
            body.text("model_format"),
            engine(body),
            body.text("revision"),
            Optional.empty(), // where files go is the server's matter, not a client's
            body.text("tool_call_parser"),
            body.text("reasoning_parser"));
    body.refuseUnknown();
    List<String> progress = new ArrayList<>();
    ServedModel model = manager.load(options, progress::add);
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeName("model");
      ModelsJson.write(json, model);
      writeLines(json, "why", model.why());
      writeLines(json, "progress", progress);
      json.writeEndObject();
    }
  }

  private static EngineOptions engine(Fields body) {
    EngineOptions usual = EngineOptions.DEFAULT;
    OptionalInt sessionLen = body.integer("session_len", 1, ANY);
    return new EngineOptions(
        sessionLen,
        body.integer("max_batch_size", 1, ANY).orElse(usual.maxBatchSize()),
        body.number("cache_max_entry_count").orElse(usual.cacheMaxEntryCount()),
        body.integer("cache_block_seq_len", 1, ANY).orElse(usual.cacheBlockSeqLen()),
        body.flag("enable_prefix_caching", usual.enablePrefixCaching()),
        body.integer("max_prefill_token_num", 1, ANY).orElse(usual.maxPrefillTokenNum()),
        body.integer("num_tokens_per_iter", 0, ANY).orElse(usual.numTokensPerIter()),
        body.integer("max_prefill_iters", 1, ANY).orElse(usual.maxPrefillIters()),
        body.integer("vision_max_batch_size", 1, ANY).orElse(usual.visionMaxBatchSize()));
  }

  private static void writeLines(JsonGenerator json, String name, List<String> lines) {
    json.writeName(name);
    json.writeStartArray();
    lines.forEach(json::writeString);
    json.writeEndArray();
  }
}
