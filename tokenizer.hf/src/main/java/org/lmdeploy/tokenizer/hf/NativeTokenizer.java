package org.lmdeploy.tokenizer.hf;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.Arrays;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.UnavailableException;

/**
 * A tokenizer of the Rust library. Its methods may run in many threads at once; closing waits for
 * them, because a call on a freed handle would crash the JVM.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final String origin;
  private long handle;

  private NativeTokenizer(String origin, long handle) {
    this.origin = origin;
    this.handle = handle;
  }

  /**
   * @param origin the file, for messages
   * @param json a {@code tokenizer.json}
   */
  static NativeTokenizer open(String origin, String json) {
    NativeLibrary.load();
    try {
      long handle = LIBRARY.createTokenizerFromString(json);
      // A server decides about lengths; files of fine-tunes often kept their training's limits.
      LIBRARY.disableTruncation(handle);
      LIBRARY.disablePadding(handle);
      return new NativeTokenizer(origin, handle);
    } catch (RuntimeException e) {
      throw refused(origin, e);
    }
  }

  int[] encode(String text, boolean addSpecialTokens) {
    return call(
        tokenizer -> {
          long encoding = LIBRARY.encode(tokenizer, text, addSpecialTokens);
          try {
            long[] ids = LIBRARY.getTokenIds(encoding);
            return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
          } finally {
            LIBRARY.deleteEncoding(encoding);
          }
        });
  }

  String decode(int[] ids, boolean skipSpecialTokens) {
    long[] wide = Arrays.stream(ids).asLongStream().toArray();
    return call(tokenizer -> LIBRARY.decode(tokenizer, wide, skipSpecialTokens));
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (handle != 0) {
        LIBRARY.deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private <T> T call(LongFunction<T> function) {
    lock.readLock().lock();
    try {
      if (handle == 0) {
        throw new UnavailableException(origin + " is closed; its model was withdrawn");
      }
      return applied(function);
    } finally {
      lock.readLock().unlock();
    }
  }

  private <T> T applied(LongFunction<T> function) {
    try {
      return function.apply(handle);
    } catch (RuntimeException e) {
      throw refused(origin, e);
    }
  }

  private static InvalidModelException refused(String origin, RuntimeException e) {
    return new InvalidModelException(
        origin + " is refused by the tokenizers library: " + e.getMessage(), e);
  }
}
