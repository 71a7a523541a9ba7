package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's indexing and slicing of texts and lists, in code points. */
final class Slices {
  private Slices() {}

  /** The item at an index, or null-safe {@code fallback} outside. */
  static Object at(Object sequence, long index, Object fallback) {
    int size = (int) Values.length(sequence);
    long i = index < 0 ? index + size : index;
    if (i < 0 || i >= size) {
      return fallback;
    }
    if (sequence instanceof String s) {
      int offset = s.offsetByCodePoints(0, (int) i);
      return Character.toString(s.codePointAt(offset));
    }
    return ((List<?>) sequence).get((int) i);
  }

  static Object slice(Object sequence, Object start, Object stop, Object step) {
    if (sequence instanceof Undefined u) {
      throw u.error();
    }
    if (!(sequence instanceof String) && !(sequence instanceof List)) {
      throw JinjaException.runtime(Values.type(sequence) + " cannot be sliced");
    }
    long by = step == null ? 1 : Values.integer(step, "the step of a slice");
    if (by == 0) {
      throw JinjaException.runtime("the step of a slice is zero");
    }
    int[] points = sequence instanceof String s ? s.codePoints().toArray() : null;
    List<?> list = points == null ? (List<?>) sequence : null;
    long size = points == null ? list.size() : points.length;
    long from = bound(start, by > 0 ? 0 : size - 1, size, by);
    long to = bound(stop, by > 0 ? size : -1, size, by);
    StringBuilder text = new StringBuilder();
    List<Object> items = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      if (points == null) {
        items.add(list.get((int) i));
      } else {
        text.appendCodePoint(points[(int) i]);
      }
    }
    Budget.build((long) text.length() + items.size());
    return points == null ? items : text.toString();
  }

  private static long bound(Object value, long absent, long size, long step) {
    if (value == null) {
      return absent;
    }
    long index = Values.integer(value, "the bound of a slice");
    long counted = index < 0 ? Math.max(index, -size - 1) + size : index;
    return step > 0 ? Math.clamp(counted, 0, size) : Math.clamp(counted, -1, size - 1);
  }
}
