package org.example.interview;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;
import org.osgi.service.component.annotations.Component;

/** For base models: the conversation as the printed interview that they have read so many of. */
@Component
public final class InterviewTemplate implements ChatTemplate {
  private static final String QUESTION = "Q: ";
  private static final String ANSWER = "A:";

  @Override
  public String name() {
    return "interview";
  }

  /** A base model would go on with the next question. */
  @Override
  public List<String> stopWords() {
    return List.of("\n" + QUESTION.strip());
  }

  @Override
  public List<PromptPiece> render(TemplateInput input) {
    List<PromptPiece> pieces = new ArrayList<>();
    int image = 0;
    for (ChatMessage message : input.messages()) {
      pieces.add(new PromptPiece.Text(before(message.role())));
      for (ContentPart part : message.parts()) {
        pieces.add(
            switch (part) {
              case TextPart text -> new PromptPiece.Text(text.text());
              case ImagePart _ -> new PromptPiece.Image(image++);
            });
      }
      pieces.add(new PromptPiece.Text("\n"));
    }
    if (input.messages().getLast().role().equals("assistant")) {
      pieces.removeLast(); // the answer is to be continued
    } else {
      pieces.add(new PromptPiece.Text(ANSWER));
    }
    return List.copyOf(pieces);
  }

  private static String before(String role) {
    return switch (role) {
      case "system" -> "";
      case "user" -> QUESTION;
      case "assistant" -> ANSWER + " ";
      default ->
          throw new InvalidRequestException(
              "messages",
              "an interview has no place for the role '"
                  + role
                  + "'; system, user and assistant are known");
    };
  }
}
