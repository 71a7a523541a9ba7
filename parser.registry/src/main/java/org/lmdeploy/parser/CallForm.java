package org.lmdeploy.parser;

import java.util.function.Supplier;

/**
 * A way to write a call.
 *
 * @param open what a call begins with; empty for one that begins with a brace and may stand only
 *     where the answer begins or behind another call
 * @param close what stands behind a call, which may be missing; empty if nothing does
 * @param body makes the reader of what is between
 */
record CallForm(String open, String close, Supplier<CallBody> body) {
  static CallForm tagged(String open, String close) {
    return new CallForm(open, close, CallObject::new);
  }
}
