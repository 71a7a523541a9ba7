package org.lmdeploy.template;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.ChatTemplates;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Chooses templates: asked for, the checkpoint's own, built-in by path, {@code base}. */
@Component
@Capability(namespace = "lmdeploy.template", name = "registry")
public final class TemplateRegistry implements ChatTemplates {
  private static final String FALLBACK = "base";

  private final Supplier<BuiltinTemplates> builtins = once(BuiltinTemplates::load);
  private final Map<String, ChatTemplate> contributed = new ConcurrentHashMap<>();

  /**
   * A registry with the templates that plain Java finds on this class's path; OSGi adds services.
   */
  public TemplateRegistry() {
    ServiceLoader.load(ChatTemplate.class, TemplateRegistry.class.getClassLoader())
        .forEach(this::addTemplate);
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void addTemplate(ChatTemplate template) {
    contributed.put(template.name(), template);
  }

  void removeTemplate(ChatTemplate template) {
    contributed.remove(template.name(), template);
  }

  @Override
  public List<String> names() {
    TreeSet<String> names = new TreeSet<>(contributed.keySet());
    names.addAll(builtins.get().names());
    return List.copyOf(names);
  }

  @Override
  public Choice choose(ModelFiles files, Optional<String> requested) {
    return requested
        .map(name -> requested(name, files))
        .or(() -> ofCheckpoint(files))
        .or(() -> ofPath(files))
        .orElseGet(() -> fallback(files));
  }

  private Choice requested(String requested, ModelFiles files) {
    if (RequestedTemplate.isJson(requested)) {
      return RequestedTemplate.fromJson(requested, "the chat template's JSON", this::named);
    }
    Optional<ChatTemplate> named = named(requested);
    if (named.isPresent()) {
      return new Choice(named.get(), "the name '" + requested + "' was asked for");
    }
    Path file =
        RequestedTemplate.file(requested)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "chat_template",
                        "'"
                            + requested
                            + "' is no chat template and no file; there are "
                            + String.join(", ", names())));
    return requested.endsWith(".jinja")
        ? new Choice(
            JinjaSource.file(file).compile("jinja", files), "the file " + file + " was asked for")
        : RequestedTemplate.fromFile(file, this::named);
  }

  private Optional<ChatTemplate> named(String name) {
    return Optional.ofNullable(contributed.get(name)).or(() -> builtins.get().named(name));
  }

  private static Optional<Choice> ofCheckpoint(ModelFiles files) {
    return JinjaSource.of(files)
        .map(
            source ->
                new Choice(
                    source.compile("jinja", files),
                    source.where() + " of the checkpoint has a chat_template"));
  }

  /**
   * The folder's own name counts before the whole path, in which a home folder may match by chance.
   */
  private Optional<Choice> ofPath(ModelFiles files) {
    Path folder = files.folder();
    String name = folder.getFileName() == null ? "" : folder.getFileName().toString();
    return builtins
        .get()
        .match(name)
        .or(() -> builtins.get().match(folder.toString()))
        .map(
            match ->
                new Choice(
                    match.template(),
                    "the checkpoint has no chat_template; its path "
                        + folder
                        + " contains "
                        + match.rule().describe()));
  }

  private Choice fallback(ModelFiles files) {
    return new Choice(
        builtins.get().named(FALLBACK).orElseThrow(),
        "the checkpoint has no chat_template and no built-in template matches the path "
            + files.folder());
  }

  /** The built-in templates are read when the first is needed, not while the framework starts. */
  private static <T> Supplier<T> once(Supplier<T> source) {
    return new Supplier<>() {
      private T value;

      @Override
      public synchronized T get() {
        if (value == null) {
          value = source.get();
        }
        return value;
      }
    };
  }
}
