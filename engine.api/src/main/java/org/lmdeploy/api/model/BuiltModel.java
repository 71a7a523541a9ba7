package org.lmdeploy.api.model;

import java.util.Optional;

/**
 * A model whose weights a device has prepared.
 *
 * @param language the decoder
 * @param vision the vision model, for models that take images
 */
public record BuiltModel(LanguageModel language, Optional<VisionModel> vision) {}
