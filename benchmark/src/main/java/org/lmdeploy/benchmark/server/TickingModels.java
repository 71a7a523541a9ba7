package org.lmdeploy.benchmark.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.PreparedChat;
import org.lmdeploy.runtime.ServedModel;

/**
 * A model with everything but its engine, in whose place a {@link Ticker} gives the tokens. The
 * contracts are taken over by proxies, so that all that is not named here is the model's own.
 *
 * @param manager has one model
 * @param ticker gives the tokens
 */
record TickingModels(ModelManager manager, Ticker ticker) {
  /** Text of usual words: each token of it is one of an answer. */
  private static final String ANSWER =
      " The image shows a green circle in the top center, a red square in the top right and the"
          + " number 400 in the center.";

  ModelManager models() {
    ServedModel ticking = ticking(manager.models().getFirst());
    return over(ModelManager.class, manager, Map.of("models", List.of(ticking), "model", ticking));
  }

  private ServedModel ticking(ServedModel model) {
    int[] ids = model.tokenizer().encode(ANSWER, false);
    return (ServedModel)
        Proxy.newProxyInstance(
            ServedModel.class.getClassLoader(),
            new Class<?>[] {ServedModel.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "prepare" -> prepared(model, (ChatRequest) arguments[0], ids);
                  case "complete" ->
                      new TickingStream(
                          ticker, model.tokenizer(), (GenerationConfig) arguments[1], 1, ids);
                  default -> call(model, method, arguments);
                });
  }

  private PreparedChat prepared(ServedModel model, ChatRequest request, int... ids) {
    PreparedChat chat = model.prepare(request);
    return (PreparedChat)
        Proxy.newProxyInstance(
            PreparedChat.class.getClassLoader(),
            new Class<?>[] {PreparedChat.class},
            (proxy, method, arguments) ->
                method.getName().equals("generate")
                    ? new TickingStream(
                        ticker,
                        model.tokenizer(),
                        (GenerationConfig) arguments[0],
                        chat.promptTokens(),
                        ids)
                    : call(chat, method, arguments));
  }

  private static <T> T over(Class<T> type, T target, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                answers.containsKey(method.getName())
                    ? answers.get(method.getName())
                    : call(target, method, arguments)));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
