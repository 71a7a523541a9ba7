package org.lmdeploy.api.grammar;

import java.util.List;
import java.util.Objects;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * What the whole text of an answer must be. Requests name the first three; parsers of tool calls
 * build theirs of all.
 */
public sealed interface OutputFormat {
  /** Any JSON object. */
  record JsonObject() implements OutputFormat {}

  /**
   * A JSON value that a schema permits.
   *
   * @param schema the JSON Schema (draft 2020-12) as JSON text
   */
  record JsonSchema(String schema) implements OutputFormat {
    /** Checks that nothing is null. */
    public JsonSchema {
      Objects.requireNonNull(schema, "schema");
    }
  }

  /**
   * A text that a regular expression matches as a whole.
   *
   * @param pattern the expression
   */
  record Regex(String pattern) implements OutputFormat {
    /** Checks that nothing is null. */
    public Regex {
      Objects.requireNonNull(pattern, "pattern");
    }
  }

  /**
   * Exactly this text. Where a special token is written in it, that token is what is generated.
   *
   * @param text the text, not empty
   */
  record Literal(String text) implements OutputFormat {
    /** Checks that there is a text. */
    public Literal {
      requireText(text);
    }
  }

  /**
   * Any text up to and including the first occurrence of an end.
   *
   * @param end how the text ends, not empty
   */
  record Until(String end) implements OutputFormat {
    /** Checks that there is an end. */
    public Until {
      requireText(end);
    }
  }

  /**
   * One after the other.
   *
   * @param parts the parts, maybe none
   */
  record Sequence(List<OutputFormat> parts) implements OutputFormat {
    /** Copies the list. */
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /**
   * One of several.
   *
   * @param options at least one
   */
  record Choice(List<OutputFormat> options) implements OutputFormat {
    /** Copies the list. */
    public Choice {
      options = List.copyOf(options);
      if (options.isEmpty()) {
        throw new InvalidRequestException("response_format", "a choice needs at least one option");
      }
    }
  }

  /**
   * The same several times.
   *
   * @param part what is repeated
   * @param least at least so often
   * @param most at most so often; {@link #UNLIMITED} for any number
   */
  record Repeat(OutputFormat part, int least, int most) implements OutputFormat {
    /** The {@code most} of a repetition without a limit. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** Checks the limits. */
    public Repeat {
      Objects.requireNonNull(part, "part");
      if (least < 0 || most < Math.max(least, 1)) {
        throw new InvalidRequestException(
            "a part is to be repeated " + least + " to " + most + " times");
      }
    }
  }

  private static void requireText(String text) {
    if (text.isEmpty()) {
      throw new InvalidRequestException("a fixed text in an output format is empty");
    }
  }
}
