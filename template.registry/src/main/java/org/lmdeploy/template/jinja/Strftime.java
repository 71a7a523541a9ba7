package org.lmdeploy.template.jinja;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The current time in C's format language, in English. */
final class Strftime {
  /** The time that templates see; a fixed one makes a rendering repeatable. */
  static final ScopedValue<Clock> CLOCK = ScopedValue.newInstance();

  private Strftime() {}

  static String now(String format) {
    Clock clock = CLOCK.isBound() ? CLOCK.get() : Clock.systemDefaultZone();
    return format(format, LocalDateTime.now(clock), clock.getZone());
  }

  private static String format(String format, LocalDateTime time, ZoneId zone) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      boolean bare = format.charAt(i + 1) == '-' && i + 2 < format.length();
      i += bare ? 2 : 1;
      String text = field(format.charAt(i), time, zone);
      out.append(bare ? text.replaceFirst("^0+(?=.)", "") : text);
    }
    return out.toString();
  }

  private static String field(char directive, LocalDateTime time, ZoneId zone) {
    String pattern =
        switch (directive) {
          case 'Y' -> "yyyy";
          case 'y' -> "yy";
          case 'm' -> "MM";
          case 'B' -> "MMMM";
          case 'b', 'h' -> "MMM";
          case 'd' -> "dd";
          case 'A' -> "EEEE";
          case 'a' -> "EEE";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'p' -> "a";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'f' -> "SSSSSS";
          case 'j' -> "DDD";
          case 'F' -> "yyyy-MM-dd";
          case 'T' -> "HH:mm:ss";
          case 'D' -> "MM/dd/yy";
          case 'Z' -> "zzz";
          case 'z' -> "xx";
          case 'e', '%', 'n', 't' -> "";
          default -> throw JinjaException.runtime("strftime_now does not know %" + directive);
        };
    return switch (directive) {
      case 'e' -> String.format(Locale.ENGLISH, "%2d", time.getDayOfMonth());
      case '%' -> "%";
      case 'n' -> "\n";
      case 't' -> "\t";
      default -> time.atZone(zone).format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    };
  }
}
