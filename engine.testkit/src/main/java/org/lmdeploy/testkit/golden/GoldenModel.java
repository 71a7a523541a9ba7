package org.lmdeploy.testkit.golden;

import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFolders;

/**
 * A trained tiny model with golden data.
 *
 * @param goldens folder of the scenes, below {@code goldens}
 * @param folder folder of the model, below {@code models}
 * @param family what reads the model
 * @param folders what opens the folder
 */
public record GoldenModel(
    String goldens, String folder, ModelFamily family, ModelFolders folders) {}
