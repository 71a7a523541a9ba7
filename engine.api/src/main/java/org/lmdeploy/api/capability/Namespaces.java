package org.lmdeploy.api.capability;

/**
 * The capability namespaces of the platform. A bundle declares what it offers with {@code
 * Provide-Capability} (for example {@code lmdeploy.family;lmdeploy.family=internvl;
 * architectures:List<String>=InternVLChatModel}) and what it needs with {@code Require-Capability}.
 * The attribute that names the capability is the namespace itself, as OSGi does it.
 */
public final class Namespaces {
  /** A model family; attribute {@link #ARCHITECTURES}. */
  public static final String FAMILY = "lmdeploy.family";

  /** A chat template registry or template. */
  public static final String TEMPLATE = "lmdeploy.template";

  /** A tokenizer provider. */
  public static final String TOKENIZER = "lmdeploy.tokenizer";

  /** A quantizer: a format of weights. */
  public static final String QUANTIZER = "lmdeploy.quantizer";

  /** A parser of tool calls or reasoning. */
  public static final String PARSER = "lmdeploy.parser";

  /** A device that implements the operators. */
  public static final String DEVICE = "lmdeploy.device";

  /** An engine. */
  public static final String ENGINE = "lmdeploy.engine";

  /** A set of shell commands. */
  public static final String COMMAND = "lmdeploy.command";

  /** Attribute of {@link #FAMILY}: the values of {@code architectures[0]} that it opens. */
  public static final String ARCHITECTURES = "architectures";

  private Namespaces() {}
}
