package org.lmdeploy.model.text;

import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.ops.KvLayout;

/** A model whose decoder is a text model, with or without images before it. */
public interface DecoderBlueprint extends ModelBlueprint {
  /** The decoder. */
  TextBlueprint text();

  @Override
  default int vocabSize() {
    return text().vocabSize();
  }

  @Override
  default int maxPositions() {
    return text().maxPositions();
  }

  @Override
  default KvLayout kvLayout() {
    return text().kvLayout();
  }

  @Override
  default int prefixReuseLimit() {
    return text().prefixReuseLimit();
  }

  @Override
  default long activationElements(int tokens) {
    return text().activationElements(tokens);
  }
}
