package org.lmdeploy.shell.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.bench.MeasuredModel;
import org.lmdeploy.bench.report.Circumstances;
import org.lmdeploy.bench.work.Roofline;

/** What the JSON reports of all benchmarks of a loaded model begin with. */
final class BenchmarkJson {
  private BenchmarkJson() {}

  static Map<String, Object> head(
      Circumstances circumstances, MeasuredModel model, Optional<Roofline> roofline) {
    Map<String, Object> json = new LinkedHashMap<>(circumstances.toMap());
    json.put("device", Circumstances.toMap(model.served().device()));
    Map<String, Object> loaded = new LinkedHashMap<>();
    loaded.put("name", model.served().name());
    loaded.put("folder", model.served().folder().toString());
    loaded.put("why", model.served().why());
    json.put("model", loaded);
    json.put("ceilings", roofline.<Object>map(roof -> roof.ceilings().toMap()).orElse("not known"));
    json.put("work", roofline.<Object>map(Roofline::toMap).orElse("not known"));
    return json;
  }
}
