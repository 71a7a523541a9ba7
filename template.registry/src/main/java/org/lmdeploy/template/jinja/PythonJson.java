package org.lmdeploy.template.jinja;

import java.util.List;
import java.util.Map;

/** {@code json.dumps(value, ensure_ascii=False)}, for templates that are not Jinja. */
public final class PythonJson {
  private PythonJson() {}

  /** The value in Python's JSON form, with a space behind commas and colons. */
  public static String dumps(Object value) {
    Args defaults = new Args(List.of(), Map.of(), Library.STANDARD);
    return ScopedValue.where(Budget.CURRENT, new Budget(JinjaLimits.DEFAULT))
        .call(() -> PyJson.filter(Values.fromJava(value), defaults));
  }
}
