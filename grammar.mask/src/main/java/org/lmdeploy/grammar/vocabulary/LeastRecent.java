package org.lmdeploy.grammar.vocabulary;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** A bounded cache that forgets what was not asked for longest. Safe for many threads. */
public final class LeastRecent<K, V> {
  private final Map<K, V> entries;

  /**
   * @param most how many entries are kept
   */
  public LeastRecent(int most) {
    entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        };
  }

  /** What is kept for a key; else it is made, by several threads at once if they ask at once. */
  public V get(K key, Function<K, V> make) {
    synchronized (this) {
      V known = entries.get(key);
      if (known != null) {
        return known;
      }
    }
    V made = make.apply(key);
    synchronized (this) {
      V known = entries.putIfAbsent(key, made);
      return known == null ? made : known;
    }
  }
}
