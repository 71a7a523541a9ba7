package org.lmdeploy.hub.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubSettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | address: https://huggingface.co, cache: /u/.cache/huggingface/hub, token: none,"
            + " asked: yes",
        "XDG_CACHE_HOME=/x | address: https://huggingface.co, cache: /x/huggingface/hub,"
            + " token: none, asked: yes",
        "HF_HOME=~/h HF_ENDPOINT=https://mirror/ HF_TOKEN=t TRANSFORMERS_OFFLINE=1 |"
            + " address: https://mirror, cache: /u/h/hub, token: given,"
            + " asked: no (HF_HUB_OFFLINE)",
        "HF_HOME=/h HF_HUB_CACHE=/c HF_TOKEN=t HF_HUB_DISABLE_IMPLICIT_TOKEN=1 |"
            + " address: https://huggingface.co, cache: /c, token: none, asked: yes",
        "LMDEPLOY_USE_MODELSCOPE=true | address: https://modelscope.cn,"
            + " cache: /u/.cache/modelscope, token: none, asked: yes",
        "LMDEPLOY_USE_MODELSCOPE=1 MODELSCOPE_DOMAIN=www.modelscope.ai MODELSCOPE_CACHE=/m |"
            + " address: https://www.modelscope.ai, cache: /m, token: none, asked: yes",
        "HF_ENDPOINT=mirror | HF_ENDPOINT is 'mirror'; an address as https://huggingface.co is"
            + " needed",
        "HF_HUB_OFFLINE=maybe | HF_HUB_OFFLINE is 'maybe'; use 1 or 0",
        "HF_HUB_DOWNLOAD_TIMEOUT=-1 |"
            + " HF_HUB_DOWNLOAD_TIMEOUT is '-1'; a whole number of seconds is needed",
      })
  void theVariablesDecide(String variables, String described) {
    Map<String, String> environment =
        Arrays.stream(variables.split(" "))
            .filter(part -> !part.isEmpty())
            .map(part -> part.split("=", 2))
            .collect(Collectors.toMap(part -> part[0], part -> part[1]));
    assertEquals(
        described, String.join(", ", new HubSettings(environment, Path.of("/u")).describe()));
  }
}
