package org.lmdeploy.benchmark.checkpoint;

/** Types that weights can be written in, under the names that the command line takes. */
public enum DataType {
  /** bfloat16. */
  bf16("bfloat16"),
  /** IEEE half precision. */
  fp16("float16"),
  /** IEEE single precision. */
  fp32("float32");

  private final String torchName;

  DataType(String torchName) {
    this.torchName = torchName;
  }

  /** The name that {@code torch_dtype} of a config.json has for it. */
  String torchName() {
    return torchName;
  }
}
