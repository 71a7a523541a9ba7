package org.lmdeploy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.chat.ToolCall;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.template.TemplateInput;

/** What the built-in templates do beyond the prompts of LMDeploy 0.6.0's text models. */
class FieldTemplateTest {
  private static final ImagePart IMAGE = Prompts.image();
  private final BuiltinTemplates templates = BuiltinTemplates.load();

  @Test
  void imagesStandInFrontAsTheTemplateSays() {
    ChatMessage one = ChatMessage.user(new TextPart("What?"), IMAGE);
    ChatMessage two = ChatMessage.user(IMAGE, new TextPart("What?"), IMAGE);
    assertEquals("USER: [image 0]\nWhat? ASSISTANT:", tail("llava-v1", "USER:", one));
    assertEquals(
        "Picture 0:[image 0]\nPicture 1:[image 1]\nWhat?",
        tail("qwen", "Picture", two).split("<")[0]);
    assertEquals("[image 0]What?", tail("deepseek-vl", "[image", one).split("\n")[0]);
    assertEquals(
        "[image 0] is Figure 0.\n[image 1] is Figure 1.\nWhat?",
        tail("deepseek-vl", "[image", two).split("\n\n")[0]);
    assertEquals(
        "[image 0] [image 1]What?",
        tail("internlm-xcomposer2", "[image", two).split("\\[UNUSED")[0]);
    assertEquals("[image 0][image 1]Question: What? Answer:", tail("cogvlm", "[image", two));
  }

  @Test
  void theFamilysFormOfImagesComesFirst() {
    ChatMessage two = ChatMessage.user(IMAGE, new TextPart("What?"), IMAGE);
    assertEquals(
        "<|im_start|>user\n[image 0]\n[image 1]\nWhat?<|im_end|>\n<|im_start|>assistant\n",
        cut(Prompts.text(template("qwen").render(Prompts.input(two))), "<|im_start|>user"));
    var numbered = Prompts.input("Picture {i}:<IMAGE_TOKEN>\n", List.of(two));
    assertEquals(
        "USER: Picture 0:[image 0]\nPicture 1:[image 1]\nWhat? ASSISTANT: ",
        cut(Prompts.text(template("vicuna").render(numbered)), "USER:"));
  }

  @Test
  void aUserPlacesImages() {
    ChatMessage placed = ChatMessage.user(IMAGE, new TextPart("in <IMAGE_TOKEN> here"));
    assertEquals("Question: in [image 0] here Answer:", tail("cogvlm", "Question", placed));
    assertThrows(
        InvalidRequestException.class,
        () -> tail("qwen", "", ChatMessage.user(new TextPart("<IMAGE_TOKEN>"))));
  }

  @Test
  void anEmptyAssistantEndDoesNotLoseThePrompt() {
    assertEquals(
        "[gMASK]<sop><|user|>\nCount<|assistant|>\none",
        tail("glm4", "", ChatMessage.of("user", "Count"), ChatMessage.of("assistant", "one")));
    assertEquals(
        "USER: Count ASSISTANT: one ",
        tail(
            "llava-v1",
            "USER:",
            ChatMessage.of("user", "Count"),
            ChatMessage.of("assistant", "one ")));
  }

  @Test
  void toolsAndTheirAnswersNeedAPlace() {
    var input =
        new TemplateInput(
            List.of(ChatMessage.of("user", "x"), ChatMessage.of("tool", "20")),
            "",
            "",
            List.of(Map.of("name", "f")),
            Map.of());
    assertEquals(
        "<|im_start|>system name=<|plugin|>\n"
            + "[{\"name\": \"f\"}]<|im_end|>\n"
            + "<|im_start|>user\n"
            + "x<|im_end|>\n"
            + "<|im_start|>environment\n"
            + "20<|im_end|>\n"
            + "<|im_start|>assistant\n",
        cut(Prompts.text(template("internlm2").render(input)), "<|im_start|>system name"));
    assertThrows(UnsupportedFeatureException.class, () -> template("vicuna").render(input));
    var answer = Prompts.input(ChatMessage.of("tool", "20"));
    assertThrows(UnsupportedFeatureException.class, () -> template("vicuna").render(answer));
    var stranger = Prompts.input(ChatMessage.of("boss", "x"));
    assertThrows(InvalidRequestException.class, () -> template("vicuna").render(stranger));
  }

  @Test
  void callsStandAsTheModelWritesThem() {
    ChatMessage call =
        new ChatMessage(
            "assistant",
            List.of(new TextPart("I ask.")),
            Optional.empty(),
            List.of(new ToolCall("c1", "add", Map.of("a", 1))),
            Optional.empty());
    ChatMessage[] messages = {
      ChatMessage.of("user", "x"), call, ChatMessage.of("tool", "20"), ChatMessage.of("user", "y")
    };
    assertEquals(
        "<|im_start|>assistant\n"
            + "I ask.<|action_start|><|plugin|>\n"
            + "{\"name\": \"add\", \"parameters\": {\"a\": 1}}<|action_end|><|im_end|>\n"
            + "<|im_start|>environment\n"
            + "20<|im_end|>\n"
            + "<|im_start|>user\ny<|im_end|>\n<|im_start|>assistant\n",
        tail("internlm2", "<|im_start|>assistant", messages));
    assertEquals(
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
            + "I ask.<function=add>{\"a\": 1}</function><|eom_id|>"
            + "<|start_header_id|>ipython<|end_header_id|>\n\n20<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\ny<|eot_id|>"
            + "<|start_header_id|>assistant<|end_header_id|>\n\n",
        tail("llama3_1", "<|start_header_id|>assistant", messages));
    assertThrows(
        UnsupportedFeatureException.class,
        () -> template("vicuna").render(Prompts.input(messages)));
  }

  @Test
  void baseLeavesTheTextAlone() {
    assertEquals("[image 0]\nx", tail("base", "", ChatMessage.user(IMAGE, new TextPart("x"))));
  }

  private FieldTemplate template(String name) {
    return templates.named(name).orElseThrow();
  }

  private String tail(String name, String from, ChatMessage... messages) {
    return cut(Prompts.text(template(name).render(Prompts.input("", List.of(messages)))), from);
  }

  private static String cut(String prompt, String from) {
    return prompt.substring(prompt.indexOf(from));
  }
}
