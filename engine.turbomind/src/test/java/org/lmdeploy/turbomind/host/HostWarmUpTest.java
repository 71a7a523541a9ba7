package org.lmdeploy.turbomind.host;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

class HostWarmUpTest {
  @Test
  void runsAllOperatorsAndFreesEverything() {
    assertDoesNotThrow(HostWarmUp::run);
  }
}
