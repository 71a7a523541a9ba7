package org.lmdeploy.shell.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class FlagNamesTest {
  @Test
  void anUnderscoreEqualsAHyphenInNamesOnly() {
    assertArrayEquals(
        new String[] {
          "check_env", "--session-len", "a_b", "--model-name=my_model", "--server-port=1", "-v_"
        },
        FlagNames.normalize(
            "check_env",
            "--session_len",
            "a_b",
            "--model_name=my_model",
            "--server-port=1",
            "-v_"));
  }

  @Test
  void textThatOnlyLooksLikeAFlagStays() {
    assertArrayEquals(
        new String[] {"--", "--what is a_b?", "---a_b"},
        FlagNames.normalize("--", "--what is a_b?", "---a_b"));
  }
}
