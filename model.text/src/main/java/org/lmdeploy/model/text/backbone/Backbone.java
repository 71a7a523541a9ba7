package org.lmdeploy.model.text.backbone;

import java.util.function.Function;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.model.text.decoder.DecoderConfig;
import org.lmdeploy.model.text.decoder.WeightNames;

/**
 * A kind of text model: how its configuration is read and what its weights are called.
 *
 * @param architecture what {@code architectures[0]} says
 * @param modelType what {@code model_type} says, which stands alone in some VLMs' configurations
 * @param config reads and checks a configuration
 * @param names names of the weights
 */
public record Backbone(
    String architecture,
    String modelType,
    Function<ConfigTree, DecoderConfig> config,
    WeightNames names) {}
