package org.lmdeploy.api.ops;

/** Elementwise activation functions. */
public enum Activation {
  /** x */
  NONE,
  /** x / (1 + exp(-x)) */
  SILU,
  /** x * Phi(x), exact, by the error function. */
  GELU,
  /** 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) */
  GELU_TANH,
  /** x / (1 + exp(-1.702 x)) */
  QUICK_GELU,
  /** max(x, 0) */
  RELU
}
