package org.lmdeploy.core.text;

import java.lang.reflect.Proxy;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Watches how many ids a tokenizer has to decode at once. */
final class CountingTokenizer {
  private final Tokenizer tokenizer;
  private int longest;

  CountingTokenizer(Tokenizer watched) {
    tokenizer =
        (Tokenizer)
            Proxy.newProxyInstance(
                Tokenizer.class.getClassLoader(),
                new Class<?>[] {Tokenizer.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("decode")) {
                    longest = Math.max(longest, ((int[]) arguments[0]).length);
                  }
                  return method.invoke(watched, arguments);
                });
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  int longest() {
    return longest;
  }
}
