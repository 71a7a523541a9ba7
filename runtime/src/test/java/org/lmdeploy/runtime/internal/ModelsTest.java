package org.lmdeploy.runtime.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.engine.Engine;
import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.error.ConflictException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.model.FoundModel;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.DeviceProvider;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.ChatTemplates;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.tokenizer.TokenizerProvider;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.runtime.LoadOptions;

/** What becomes of models when the services that they are made of come and go. */
class ModelsTest {
  private static final String NAME = "mine";

  private final AtomicInteger closed = new AtomicInteger();
  private final ModelFamily family = family();
  private final ChatTemplate template = Blank.of(ChatTemplate.class, Map.of("name", "t"));
  private final Components components = new Components(_ -> Optional.empty());
  private Runnable whileLoading = () -> {};
  private final Models models = models();

  @Test
  void aModelIsWithdrawnWithItsFamilyAndComesBackWithIt() {
    load();
    components.families.remove(family);
    models.withdraw(family);
    assertEquals(1, closed.get());
    assertEquals(List.of(), models.models());
    UnavailableException withdrawn =
        assertThrows(UnavailableException.class, () -> models.model(NAME));
    assertTrue(withdrawn.getMessage().contains("withdrawn"), withdrawn::getMessage);
    models.bringBack();
    assertEquals(List.of(), models.models());
    components.families.add(family);
    models.bringBack();
    assertEquals(NAME, models.model(NAME).name());
  }

  @Test
  void aModelIsMadeOfItsTemplateToo() {
    load();
    models.withdraw(template);
    assertThrows(UnavailableException.class, () -> models.model(NAME));
  }

  @Test
  void aServiceThatAModelIsNotMadeOfIsNoLoss() {
    load();
    models.withdraw(family());
    assertEquals(NAME, models.model(NAME).name());
    assertEquals(0, closed.get());
  }

  @Test
  void aModelWhoseFamilyGoesWhileItIsLoadedIsNotServed() {
    whileLoading = () -> models.withdraw(family);
    assertThrows(UnavailableException.class, this::load);
    assertEquals(1, closed.get());
    assertEquals(List.of(), models.models());
    whileLoading = () -> {};
    load();
    assertEquals(NAME, models.model(NAME).name());
  }

  @Test
  void aWithdrawnModelCanBeForgotten() {
    load();
    models.withdraw(family);
    models.unload(NAME);
    assertThrows(ModelNotFoundException.class, () -> models.model(NAME));
    models.bringBack();
    assertEquals(List.of(), models.models());
  }

  @Test
  void aModelLoadedByHandUnderAWithdrawnNameTakesItsPlace() {
    load();
    models.withdraw(family);
    load();
    models.bringBack();
    assertEquals(1, models.models().size());
    models.unload(NAME);
    assertThrows(ModelNotFoundException.class, () -> models.model(NAME));
  }

  @Test
  void aNameIsTakenOnce() {
    load();
    assertThrows(ConflictException.class, this::load);
  }

  private void load() {
    models.load(LoadOptions.of(NAME), line -> {});
  }

  private Models models() {
    components.families.add(family);
    components.tokenizers.add(
        Blank.of(
            TokenizerProvider.class,
            Map.of(
                "name",
                "t",
                "accepts",
                Optional.of("always"),
                "open",
                Blank.of(Tokenizer.class, Map.of()))));
    components.engines.add(
        Blank.of(
            Engine.class,
            Map.of(
                "name",
                "e",
                "plan",
                new MemoryPlan(0, 0, 0, 0, 0, 0, List.of()),
                "open",
                opened())));
    DeviceInfo info = new DeviceInfo("host", "host", "a device", 1, true, List.of());
    components.devices.add(
        Blank.of(
            DeviceProvider.class,
            Map.of(
                "kind",
                "host",
                "engines",
                List.of("e"),
                "devices",
                List.of(info),
                "open",
                Blank.of(Device.class, Map.of("info", info)))));
    ModelFiles files =
        new ModelFiles(
            Path.of(NAME),
            ConfigTree.of("config.json", Map.of("architectures", List.of("Mine"))),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    ModelFolders folders =
        Blank.of(
            ModelFolders.class,
            Map.of(
                "find",
                new FoundModel(Path.of(NAME), NAME, Optional.empty(), "it is there"),
                "read",
                files,
                "open",
                Blank.of(Checkpoint.class, Map.of())));
    ChatTemplates templates =
        Blank.of(
            ChatTemplates.class,
            Map.of("choose", new ChatTemplates.Choice(template, "it is the only one")));
    return new Models(components, folders, templates);
  }

  private Supplier<EngineModel> opened() {
    return () -> {
      whileLoading.run();
      return Blank.of(EngineModel.class, Map.of("close", (Supplier<Object>) this::countClosed));
    };
  }

  private Object countClosed() {
    closed.incrementAndGet();
    return null;
  }

  private static ModelFamily family() {
    return Blank.of(
        ModelFamily.class,
        Map.of(
            "name",
            "f",
            "architectures",
            List.of("Mine"),
            "accepts",
            Optional.of("its architecture is Mine"),
            "blueprint",
            Blank.of(ModelBlueprint.class, Map.of())));
  }
}
