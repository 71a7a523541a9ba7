package org.lmdeploy.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.chat.ToolCall;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;

class JinjaChatTemplateTest {
  private static final String STRINGS_ONLY =
      "{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}{% if"
          + " add_generation_prompt %}[assistant]{% endif %}";
  private static final ImagePart IMAGE = Prompts.image();

  @Test
  void partsKeepTheirOrderWhereTheTemplateTakesLists() {
    assertEquals(
        "<|im_start|>user\na Picture 1: [image 0] b Picture 2: [image 1]<|im_end|>\n"
            + "<|im_start|>assistant\nok<|im_end|>\n"
            + "<|im_start|>user\nPicture 3: [image 2]c<|im_end|>\n<|im_start|>assistant\n",
        render(
            resource("chatml_images"),
            ChatMessage.user(new TextPart("a "), IMAGE, new TextPart(" b "), IMAGE),
            ChatMessage.of("assistant", "ok"),
            ChatMessage.user(IMAGE, new TextPart("c"))));
  }

  @Test
  void imagesStandInFrontWhereTheTemplateTakesTextAlone() {
    assertEquals(
        "[user][image 0]\n[image 1]\nab[assistant]",
        render(STRINGS_ONLY, ChatMessage.user(new TextPart("a"), IMAGE, new TextPart("b"), IMAGE)));
  }

  @Test
  void templatesThatTakePartsAloneGetParts() {
    assertEquals(
        "SYSTEM: Be nice USER: [image 0]\nWhat? ASSISTANT: a cat USER: more ASSISTANT:",
        render(
            resource("parts_only"),
            ChatMessage.of("system", "Be nice"),
            ChatMessage.user(IMAGE, new TextPart("What?")),
            ChatMessage.of("assistant", "a cat"),
            ChatMessage.of("user", "more")));
  }

  @Test
  void aUserPlacesImagesInTheText() {
    ChatMessage placed =
        ChatMessage.user(IMAGE, new TextPart("left <IMAGE_TOKEN> right <IMAGE_TOKEN>."), IMAGE);
    assertEquals("[user]left [image 0] right [image 1].[assistant]", render(STRINGS_ONLY, placed));
    assertEquals(
        "<|im_start|>user\n"
            + "Picture 1: [image 0]x<|im_end|>\n"
            + "<|im_start|>user\n"
            + "left [image 1] right [image 2].<|im_end|>\n"
            + "<|im_start|>assistant\n",
        render(resource("chatml_images"), ChatMessage.user(IMAGE, new TextPart("x")), placed));
    for (String text : List.of("<IMAGE_TOKEN>", "<IMAGE_TOKEN><IMAGE_TOKEN><IMAGE_TOKEN>")) {
      ChatMessage wrong = ChatMessage.user(IMAGE, IMAGE, new TextPart(text));
      var e = assertThrows(InvalidRequestException.class, () -> render(STRINGS_ONLY, wrong));
      assertTrue(e.getMessage().contains("for 2 images"), e.getMessage());
    }
  }

  @Test
  void markersInTheUsersTextAreNoImages() {
    String text = "What does <image> mean? \uF8F10i0\uF8F2 \uF8F1";
    assertEquals(
        "<|im_start|>user\nPicture 1: [image 0]" + text + "<|im_end|>\n<|im_start|>assistant\n",
        render(resource("chatml_images"), ChatMessage.user(IMAGE, new TextPart(text))));
    assertEquals(
        "[user]" + text + "[assistant]", render(STRINGS_ONLY, ChatMessage.of("user", text)));
    assertEquals(
        "[user][image 0]\n" + text + "[assistant]",
        render(STRINGS_ONLY, ChatMessage.user(IMAGE, new TextPart(text))));
  }

  @Test
  void markersThatTheTemplateAlwaysPrintsAreText() {
    String template = "An image is <image>. " + STRINGS_ONLY;
    assertEquals(
        "An image is <image>. [user][image 0]\nx[assistant]",
        render(template, ChatMessage.user(IMAGE, new TextPart("x"))));
  }

  @Test
  void neighbouringTextIsOnePiece() {
    List<PromptPiece> pieces =
        template(resource("chatml_images"))
            .render(
                Prompts.input(
                    ChatMessage.user(
                        new TextPart("a"), new TextPart("b <image>"), IMAGE, new TextPart("c"))));
    assertEquals(3, pieces.size());
  }

  @Test
  void theAssistantsLastMessageIsContinued() {
    ChatMessage question = ChatMessage.of("user", "Count.");
    assertEquals(
        "[user]Count.[assistant]one, two, ",
        render(STRINGS_ONLY, question, ChatMessage.of("assistant", "one, two, ")));
    assertEquals(
        "USER: Count. ASSISTANT: one, ",
        render(resource("parts_only"), question, ChatMessage.of("assistant", "one, ")));
    assertEquals(
        "<|im_start|>user\nCount.<|im_end|>\n<|im_start|>assistant\none",
        render(resource("chatml_images"), question, ChatMessage.of("assistant", "one")));
    String forgetful =
        "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}";
    var e =
        assertThrows(
            InvalidRequestException.class,
            () -> render(forgetful, question, ChatMessage.of("assistant", "x")));
    assertTrue(e.getMessage().contains("leaves out the last message"), e.getMessage());
  }

  @Test
  void theTemplatesRefusalIsAnInvalidRequest() {
    String refusing =
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system message') }}{% endif %}"
            + STRINGS_ONLY;
    var e =
        assertThrows(
            InvalidRequestException.class, () -> render(refusing, ChatMessage.of("system", "x")));
    assertTrue(e.getMessage().contains("refuses the messages: no system message"), e.getMessage());
    var failing =
        assertThrows(
            InvalidRequestException.class,
            () -> render("\n{{ messages[0].x.y }}", ChatMessage.of("user", "x")));
    assertTrue(failing.getMessage().contains("(line 2)"), failing.getMessage());
  }

  @Test
  void imagesThatTheTemplateLeavesOutAreAnError() {
    String userOnly =
        "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% elif m.role == 'user'"
            + " %}{% for p in m.content %}{{ p.text if p.type == 'text' else '<image>' }}{% endfor"
            + " %}{% endif %}{% endfor %}";
    var e =
        assertThrows(
            InvalidRequestException.class,
            () ->
                render(
                    userOnly, new ChatMessage("system", List.of(IMAGE)), ChatMessage.user(IMAGE)));
    assertTrue(e.getMessage().contains("1 of 2 images"), e.getMessage());
  }

  @Test
  void aBrokenTemplateIsABrokenModel() {
    var e = assertThrows(InvalidModelException.class, () -> template("{% for %}"));
    assertTrue(
        e.getMessage().contains("tokenizer_config.json") && e.getMessage().contains("line 1"),
        e.getMessage());
  }

  @Test
  void toolsAndVariablesReachTheTemplate() {
    String source = "{{ eos_token }}{{ tools | tojson if tools else 'none' }}{{ enable_thinking }}";
    var named =
        List.of(
            Map.of("name", "default", "template", source),
            Map.of("name", "tool_use", "template", "T" + source));
    var input =
        new TemplateInput(
            List.of(ChatMessage.of("user", "x")),
            "",
            "",
            List.of(Map.of("name", "f")),
            Map.of("enable_thinking", false));
    ChatTemplate template = template(named);
    assertEquals("T</s>[{\"name\": \"f\"}]False", Prompts.text(template.render(input)));
    assertEquals(
        "</s>none", Prompts.text(template.render(Prompts.input(ChatMessage.of("user", "x")))));
  }

  @Test
  void callsAndTheirAnswersReachTheTemplate() {
    String source =
        """
        {%- for m in messages -%}
        {{ m.role }}:{{ m.content }}|{{ m.reasoning_content }}|{{ m.tool_call_id }}|{{ m.name }}
        {%- for c in m.tool_calls or [] %} {{ c.id }} {{ c.type }} {{ c.function.name }} \
        {{- c.function.arguments | tojson }}{% endfor %}
        {% endfor -%}
        """;
    ChatMessage call =
        new ChatMessage(
            "assistant",
            List.of(new TextPart("")),
            Optional.of("why"),
            List.of(new ToolCall("c1", "add", Map.of("s", List.of("<image>", 1)))),
            Optional.empty());
    ChatMessage result =
        new ChatMessage(
            "tool", List.of(new TextPart("5")), Optional.empty(), List.of(), Optional.of("c1"));
    ChatTemplate template = template(source);
    var input =
        new TemplateInput(
            List.of(ChatMessage.of("user", "x"), call, result), "<image>", "", List.of(), Map.of());
    assertEquals(
        "user:x|||"
            + "assistant:|why|| c1 function add{\"s\": [\"<image>\", 1]}"
            + "tool:5||c1|add",
        Prompts.text(template.render(input)));
  }

  @Test
  void toolsThatTheTemplateLeavesOutAreRefused() {
    var input =
        new TemplateInput(
            List.of(ChatMessage.of("user", "x")),
            "",
            "",
            List.of(Map.of("type", "function", "function", Map.of("name", "find_it"))),
            Map.of());
    var e =
        assertThrows(
            UnsupportedFeatureException.class, () -> template("{{ messages }}").render(input));
    assertEquals(Optional.of("tools"), e.parameter());
  }

  @Test
  void itSaysWhichVariablesItTakes() {
    ChatTemplate template = template("{{ messages }}{{ enable_thinking }}");
    assertTrue(template.takes("enable_thinking"));
    assertFalse(template.takes("thinking"));
  }

  private static String render(Object source, ChatMessage... messages) {
    return Prompts.text(template(source).render(Prompts.input(messages)));
  }

  private static ChatTemplate template(Object source) {
    return new TemplateRegistry()
        .choose(Prompts.files(Path.of("model"), source), Optional.empty())
        .template();
  }

  private static String resource(String name) {
    try (InputStream file =
        JinjaChatTemplateTest.class.getResourceAsStream("/jinja/" + name + ".jinja")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
